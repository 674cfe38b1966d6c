// Writing: one mutation with its workspace, its idempotency key, and what must be read again.

import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useParams } from "react-router";
import { type Extra, request } from "./client";
import { Refused } from "./error";
import { invalidate } from "./queries";
import type { Input, Method, Output, PathOf } from "./types";

type Writing = Exclude<Method, "get">;

interface Options<T> {
  /** Paths whose answers are no longer true: exact, or with a trailing `*`. */
  invalidates?: string[];
  onDone?: (answer: T) => void;
}

/**
 * A write in the workspace of the address: `const revoke = useWrite("post", "/v1/keys/{key}/revoke", …)`, then
 * `revoke.mutate({ path: { key } })`. Until it is answered, the same request goes out under the same idempotency
 * key, so that pressing the button again after a failure of the network does nothing twice.
 */
export function useWrite<M extends Writing, P extends PathOf<M>>(
  method: M,
  path: P,
  { invalidates = [], onDone }: Options<Output<M, P>> = {},
) {
  const { workspace } = useParams();
  const attempt = useRef({ what: "", key: "" });
  return useMutation({
    mutationFn: (init: Input<M, P> & Extra) => {
      const what = JSON.stringify(init);
      if (attempt.current.what !== what) attempt.current = { what, key: newKey() };
      return request(method, path, { workspace, idempotencyKey: attempt.current.key, ...init });
    },
    onSuccess: async (answer) => {
      attempt.current = { what: "", key: "" };
      onDone?.(answer);
      await invalidate(...invalidates);
    },
    onError: (error) => {
      // Answered: the next attempt is a new request.
      if (error instanceof Refused && error.status < 500) attempt.current = { what: "", key: "" };
    },
  });
}

/** `crypto.randomUUID` exists only on secure origins, and the console also runs on http in a private network. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
