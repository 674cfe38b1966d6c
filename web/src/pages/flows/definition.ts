import { useMemo } from "react";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { isSchema, type Schema } from "~/flow/form";
import { dataOf, readSource } from "~/flow/source";

type Flow = Schemas["Flow"];

/** The value of a version's definition; of the draft, or the newest version, where none is named. */
export function useDefinition(flow: Flow, version: number | null) {
  const number = version ?? (flow.draft ? null : flow.latest_version);
  const { data, error, isPending } = useRead(
    "/v1/flows/{flow}/versions/{number}",
    { path: { flow: flow.id, number: number ?? 0 } },
    { enabled: number !== null },
  );
  const text = number === null ? flow.draft?.definition : undefined;
  const value = useMemo(
    () => (number === null ? dataOf(readSource(text ?? "")) : data?.canonical),
    [number, text, data],
  );
  return { value, error, isPending: number !== null && isPending };
}

/** The schema of the flow's input, where it is written out. */
export function inputSchemaOf(definition: unknown): Schema | null {
  const at = ["input", "schema", "document"].reduce<unknown>(
    (value, key) => (isSchema(value) ? value[key] : undefined),
    definition,
  );
  return isSchema(at) ? at : null;
}
