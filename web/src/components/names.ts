// What the ids on a page are called. Names are asked for by id, so that also what was deleted stays readable.

import { useQueries } from "@tanstack/react-query";
import { useParams } from "react-router";
import { request } from "~/api/client";
import { isRefused } from "~/api/error";
import { queryClient, read } from "~/api/queries";
import { useWorkspace } from "./workspace";

/** What can be named by its id. */
export type Named = "flow" | "key" | "environment" | "user" | "tenant";

export interface Asked {
  kind: Named;
  id: string | null | undefined;
}

export type NameOf = (kind: Named, id: string) => string;

const ALL = { limit: 200 };
const SHORT = 16;
const FRESH_MS = 60_000;

/** What is said of an id that nothing has any more. */
const FORMER: Record<Named, string> = {
  flow: "Erased flow",
  key: "Former key",
  environment: "Former environment",
  user: "Somebody outside",
  tenant: "Tenant",
};

/** The names of what is asked for; "…" until they are there. */
export function useNames(asked: readonly Asked[] | undefined): NameOf {
  const { workspace = "" } = useParams();
  const { may } = useWorkspace();
  const isOpen: Record<Named, boolean> = {
    flow: may("flows:read"),
    environment: may("environments:read"),
    key: true,
    user: true,
    tenant: false,
  };
  const wanted = new Map<string, { kind: Named; id: string }>();
  for (const { kind, id } of asked ?? []) if (id && isOpen[kind]) wanted.set(id, { kind, id });
  const ids = [...wanted.keys()];
  const found = useQueries({
    queries: [...wanted.values()].map(({ kind, id }) => ({
      queryKey: [PATHS[kind], workspace, { named: id }],
      queryFn: () => find(kind, workspace, id),
      staleTime: FRESH_MS,
    })),
  });
  return (kind, id) => {
    const answer = found[ids.indexOf(id)];
    if (!answer || answer.error) return shortId(id);
    if (answer.data === undefined) return "…";
    return answer.data ?? `${FORMER[kind]} …${id.slice(-5)}`;
  };
}

/** The beginning and the end of an id, by which it is told from others. */
export function shortId(id: string): string {
  return id.length > SHORT ? `${id.slice(0, 8)}…${id.slice(-5)}` : id;
}

/** Where the names come from; what is changed there is asked for again. */
const PATHS: Record<Named, string> = {
  flow: "/v1/flows",
  key: "/v1/keys",
  environment: "/v1/environments",
  user: "/v1/actors",
  tenant: "/v1/tenants",
};

/** Its name, or null if nothing has this id any more. */
async function find(kind: Named, workspace: string, id: string): Promise<string | null> {
  if (kind === "flow") return findFlow(workspace, id);
  if (kind === "environment") {
    const { items } = await queryClient.fetchQuery({
      ...read("/v1/environments", { workspace, query: ALL }),
      staleTime: FRESH_MS,
    });
    return items.find((one) => one.id === id)?.name ?? null;
  }
  return (await batchOf(workspace).ask(id)) ?? null;
}

async function findFlow(workspace: string, id: string): Promise<string | null> {
  const listed = async (deleted: boolean) => {
    const query = { ...ALL, ...(deleted ? { deleted } : {}) };
    const { items } = await queryClient.fetchQuery({
      ...read("/v1/flows", { workspace, query }),
      staleTime: FRESH_MS,
    });
    return items.find((one) => one.id === id)?.name;
  };
  const name = await listed(false);
  if (name !== undefined) return name;
  const former = await listed(true);
  if (former !== undefined) return `${former} (deleted)`;
  // One of more flows than a page holds.
  try {
    return (await request("get", "/v1/flows/{flow}", { workspace, path: { flow: id } })).name;
  } catch (error) {
    if (isRefused(error, "not_found")) return null;
    throw error;
  }
}

/** Ids of persons and keys that are asked for in the same moment go out in one request. */
class Batch {
  static readonly IDS_MAX = 100;
  readonly #ids = new Set<string>();
  readonly #names: Promise<Map<string, string>>;

  constructor(workspace: string) {
    this.#names = new Promise<void>((resolve) => setTimeout(resolve)).then(async () => {
      if (batches.get(workspace) === this) batches.delete(workspace);
      const query = { ids: [...this.#ids].join(",") };
      const { items } = await request("get", "/v1/actors", { workspace, query });
      return new Map(items.map(({ id, name }) => [id ?? "", name]));
    });
  }

  get isFull(): boolean {
    return this.#ids.size >= Batch.IDS_MAX;
  }

  async ask(id: string): Promise<string | undefined> {
    this.#ids.add(id);
    return (await this.#names).get(id);
  }
}

/** For each workspace the one that still takes ids. */
const batches = new Map<string, Batch>();

function batchOf(workspace: string): Batch {
  const open = batches.get(workspace);
  if (open && !open.isFull) return open;
  const batch = new Batch(workspace);
  batches.set(workspace, batch);
  return batch;
}
