// The one way to the server: an ordinary client of its API, with the session's cookie.

import createClient from "openapi-fetch";
import { Refused, Unreachable } from "./error";
import { reach } from "./reach";
import type { paths } from "./schema";
import type { Input, Method, Output, PathOf, Problem } from "./types";

const http = createClient<paths>({ baseUrl: window.location.origin, credentials: "same-origin" });

/** What goes beside path, query and body. */
export interface Extra {
  /** Id or slug of the workspace it is about. */
  workspace?: string | undefined;
  /** Name or id of the environment. */
  environment?: string | undefined;
  /** The state that the change was decided on. */
  ifMatch?: string | undefined;
  /** Said again with the same key, a request is answered as the first time and not done again. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** An answer with what its headers say. */
export interface Answered<T> {
  data: T;
  response: Response;
}

/** Asks, and answers the body; throws `Refused` or `Unreachable`. */
export async function request<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  init: Input<M, P> & Extra,
): Promise<Output<M, P>> {
  return (await requestWhole(method, path, init)).data;
}

/** The same, with the headers of the answer: what a call cost, the state for `If-Match`. */
export async function requestWhole<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  init: Input<M, P> & Extra,
): Promise<Answered<Output<M, P>>> {
  const { workspace, environment, ifMatch, idempotencyKey, signal, body, ...params } = init;
  const headers = {
    "Guildhall-Workspace": workspace,
    "Guildhall-Environment": environment,
    "If-Match": ifMatch,
    "Idempotency-Key": idempotencyKey,
  };
  let answer: { data?: unknown; error?: unknown; response: Response };
  try {
    // The types of `Input` are those of the document, path by path; here it is any path.
    answer = await http.request(method, path as never, { params, body, headers, signal } as never);
  } catch (error) {
    if (signal?.aborted) throw error;
    reach.lost();
    throw new Unreachable(error);
  }
  if (answer.response.ok) {
    reach.found();
    return { data: answer.data as Output<M, P>, response: answer.response };
  }
  if (!isProblem(answer.error)) {
    // Something between us and the server answered in its place.
    reach.lost();
    throw new Unreachable(answer.error);
  }
  reach.found();
  throw new Refused(answer.error, retryAfter(answer.response), answer.response.headers);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "status" in body;
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}
