import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { request } from "~/api/client";
import type { Schemas } from "~/api/types";

export type Finding = Schemas["Finding"];

const PAUSE_MS = 350;

/** What the server says of a definition, asked when the typing pauses. Nothing is saved by it. */
export function useCheck(flow: string, text: string) {
  const { workspace } = useParams();
  const [paused] = useDebouncedValue(text, PAUSE_MS);
  const query = useQuery({
    queryKey: ["check", workspace, flow, paused],
    queryFn: ({ signal }) =>
      request("post", "/v1/flows/{flow}/check", {
        path: { flow },
        body: { definition: paused },
        workspace,
        signal,
      }),
    enabled: paused.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const isEmpty = text.trim() === "";
  return {
    findings: isEmpty ? [] : (query.data?.findings ?? []),
    summary: isEmpty ? null : (query.data?.summary ?? null),
    /** Does the answer belong to the text as it is now? */
    isCurrent: paused === text && query.isSuccess && !query.isPlaceholderData,
    isValid: !isEmpty && query.data?.valid === true,
    error: query.error,
  };
}
