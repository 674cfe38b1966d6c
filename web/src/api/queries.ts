// Reading: query keys, how long an answer is good, when it is asked for again.

import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
  useQuery,
} from "@tanstack/react-query";
import { useParams } from "react-router";
import { type Extra, request } from "./client";
import { isSignedOut, Refused, Unreachable } from "./error";
import { reach } from "./reach";
import type { Input, Output, PathOf } from "./types";

/** How often what changes by itself is read again, while somebody looks. */
export const LIVE_MS = { running: 1_500, list: 5_000, slow: 30_000 } as const;

/** An answer is shown at once for this long before it is asked for again on the next visit. */
const FRESH_MS = 5_000;
const RETRIES_MAX = 3;

type ReadInit<P extends PathOf<"get">> = Omit<Input<"get", P>, "body"> & Pick<Extra, "workspace">;
type MaybeInit<T> = Record<never, never> extends T ? [init?: T] : [init: T];

/** Where answers go when the person is no longer signed in. */
export const session = { onEnd: () => {} };

function ended(error: unknown) {
  if (isSignedOut(error)) session.onEnd();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: ended }),
  mutationCache: new MutationCache({ onError: ended }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // Whether the server is there, `reach` knows better than the browser.
      networkMode: "always",
      retry: (failures, error) => failures < RETRIES_MAX && mayRetry(error),
      retryDelay: (attempt, error) =>
        error instanceof Refused && error.retryAfter !== null
          ? Math.min(error.retryAfter, 30) * 1_000
          : 400 * 2 ** attempt,
    },
    mutations: { networkMode: "always" },
  },
});

reach.onBack = () => void queryClient.invalidateQueries();

/** Does it make sense to ask again without a change? */
export function mayRetry(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && error.status === 503);
}

/** What a GET answers, as a query. Its key begins with the path: `invalidate(path)` finds it. */
export function read<P extends PathOf<"get">>(path: P, ...[init]: MaybeInit<ReadInit<P>>) {
  const { workspace, ...params } = (init ?? {}) as ReadInit<P>;
  return queryOptions({
    queryKey: [path, workspace ?? null, params] as const,
    queryFn: ({ signal }): Promise<Output<"get", P>> =>
      request("get", path, { ...params, workspace, signal } as unknown as Input<"get", P> & Extra),
  });
}

interface Options {
  /** Read again this often while somebody looks. */
  live?: number | false | undefined;
  enabled?: boolean | undefined;
  /** What was there before stays on the page until the next is there: for filters and cursors. */
  keep?: boolean | undefined;
}

/** Reads in the workspace of the address. */
export function useRead<P extends PathOf<"get">>(
  path: P,
  init: ReadInit<P>,
  { live, enabled, keep }: Options = {},
) {
  const { workspace } = useParams();
  const query = read(path, ...([{ workspace, ...init }] as unknown as MaybeInit<ReadInit<P>>));
  return useQuery({
    ...query,
    ...(enabled === undefined ? {} : { enabled }),
    ...(live ? { refetchInterval: live } : {}),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** How long a loader waits: what is there by then is drawn at once, without a skeleton before it. */
const BRIEFLY_MS = 250;

/** For loaders: waits a moment for what was begun, and goes on without it. */
export async function briefly(begun: Promise<unknown>): Promise<null> {
  await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, BRIEFLY_MS))]);
  return null;
}

/** For loaders: begins to read. */
export function prefetch<P extends PathOf<"get">>(
  path: P,
  ...init: MaybeInit<ReadInit<P>>
): Promise<null> {
  return briefly(queryClient.prefetchQuery(read(path, ...init)));
}

/** What was read from these paths is read again; with a trailing `*`, from all that begin so. */
export function invalidate(...wanted: string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [path] }) =>
      typeof path === "string" &&
      wanted.some((one) => (one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : path === one)),
  });
}
