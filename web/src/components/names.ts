import { useCallback } from "react";
import { useRead } from "~/api/queries";
import { useMe } from "./me";
import { useWorkspace } from "./workspace";

/** What can be named by its id. */
export type Named = "flow" | "key" | "environment" | "user" | "tenant";

const ALL = { query: { limit: 200 } };
const SHORT = 16;

/** What the things of the workspace are called; an id without a known name is shown shortened. */
export function useNames(): (kind: Named, id: string) => string {
  const { may } = useWorkspace();
  const flows = useRead("/v1/flows", ALL, { enabled: may("flows:read") });
  const keys = useRead("/v1/keys", ALL, { enabled: may("keys:read") });
  const environments = useRead("/v1/environments", ALL, { enabled: may("environments:read") });
  const me = useMe();
  const lists = {
    flow: flows.data?.items,
    key: keys.data?.items,
    environment: environments.data?.items,
    user: me.data ? [me.data] : undefined,
    tenant: undefined,
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `lists` is made of these
  return useCallback(
    (kind, id) => {
      const found = (lists[kind] as { id: string; name: string }[] | undefined)?.find(
        (one) => one.id === id,
      );
      return found?.name ?? shortId(id);
    },
    [flows.data, keys.data, environments.data, me.data],
  );
}

/** The beginning and the end of an id, by which it is told from others. */
export function shortId(id: string): string {
  return id.length > SHORT ? `${id.slice(0, 8)}…${id.slice(-5)}` : id;
}
