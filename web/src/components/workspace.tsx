import { createContext, useContext } from "react";
import { may, missing, type Permission } from "~/api/access";
import type { Workspace } from "~/api/types";

interface Here {
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
  const { role, slug } = workspace;
  const here: Here = {
    workspace,
    ws: slug,
    may: (permission) => may(role, permission),
    reason: (permission) => (may(role, permission) ? null : missing(role, permission)),
  };
  return <Context value={here}>{children}</Context>;
}

/** The workspace of the address, and what the signed-in person may do in it. */
export function useWorkspace(): Here {
  const here = useContext(Context);
  if (!here) throw new Error("useWorkspace stands outside of a workspace");
  return here;
}
