import type { FetchQueryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { may, missing, type Permission } from "~/api/access";
import { briefly, queryClient, read } from "~/api/queries";
import type { Workspace } from "~/api/types";

/** The workspace that somebody looks at, and what he may do there. */
export interface Here {
  workspace: Workspace;
  /** What stands in the address. */
  ws: string;
  may: (permission: Permission) => boolean;
  /** Why something is off, or null if it is not. */
  reason: (permission: Permission) => string | null;
}

const Context = createContext<Here | null>(null);

export function WorkspaceProvider({
  workspace,
  children,
}: {
  workspace: Workspace;
  children: React.ReactNode;
}) {
  return <Context value={hereOf(workspace)}>{children}</Context>;
}

function hereOf(workspace: Workspace): Here {
  const { role, slug } = workspace;
  return {
    workspace,
    ws: slug,
    may: (permission) => may(role, permission),
    reason: (permission) => (may(role, permission) ? null : missing(role, permission)),
  };
}

/** The workspace that an address names, as a query. */
export const workspaceNamed = (workspace = "") => ({
  ...read("/v1/workspaces/{workspace}", { path: { workspace } }),
  staleTime: 30_000,
});

// biome-ignore lint/suspicious/noExplicitAny: queries of different answers stand in one list
type AnyQuery = FetchQueryOptions<any, any, any, any> & { enabled?: unknown };

/** For loaders of a workspace's pages: begins to read these, as soon as it is known who may read what there. */
export function prefetchIn(
  named: string | undefined,
  queriesOf: (here: Here) => AnyQuery[],
): Promise<null> {
  const begun = queryClient.ensureQueryData(workspaceNamed(named)).then((workspace) => {
    const queries = queriesOf(hereOf(workspace)).filter(({ enabled }) => enabled !== false);
    return Promise.all(queries.map((query) => queryClient.prefetchQuery(query)));
  });
  // The page says what is wrong with its workspace.
  return briefly(begun.catch(() => null));
}

/** The workspace of the address, and what the signed-in person may do in it. */
export function useWorkspace(): Here {
  const here = useContext(Context);
  if (!here) throw new Error("useWorkspace stands outside of a workspace");
  return here;
}
