import { useDeferredValue, useMemo } from "react";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWorkspace } from "~/components/workspace";
import { dataOf, readSource } from "~/flow/source";
import { useFilters } from "~/ui/filters";
import { useLast } from "~/ui/last";
import { inputSchemaOf } from "./definition";
import { RunPanel } from "./RunPanel";
import { runFlow } from "./run";
import type { useEditing } from "./useEditing";

type Flow = Schemas["Flow"];
type Step = Schemas["Step"];

interface RunDraftProps {
  flow: Flow;
  text: string;
  editing: ReturnType<typeof useEditing>;
  ws: string;
  onSteps: (steps: Step[] | null) => void;
}

/** The draft as it stands on the page, run with a form made from its schema. */
export function RunDraft({ flow, text, editing, ws, onSteps }: RunDraftProps) {
  const { reason, may } = useWorkspace();
  const environments = useRead(
    "/v1/environments",
    { query: { limit: 200 } },
    { enabled: may("environments:read") },
  );
  const { values, set } = useFilters("environment");
  const paused = useDeferredValue(text);
  // While the text is no YAML, the form is that of the text before.
  const schema = useLast(useMemo(() => inputSchemaIn(paused), [paused]));
  const key = useMemo(() => JSON.stringify(schema), [schema]);
  return (
    <RunPanel
      // Another schema is another form.
      key={key}
      schema={schema}
      environments={environments.data?.items.map(({ name }) => name) ?? ["development"]}
      environment={values.environment ?? "development"}
      onEnvironment={(name) => set("environment", name === "development" ? null : name)}
      act="Run draft"
      reason={reason("flows:write") ?? reason("flows:call")}
      onSteps={onSteps}
      run={async (input, environment) => {
        // What runs is what is on the page, so it is saved first.
        if (editing.isDirty && !(await editing.save({ kind: "draft" }))) return null;
        return runFlow("draft", { workspace: ws, flow: flow.id, environment, input });
      }}
    />
  );
}

/** Null while the text is no YAML. */
function inputSchemaIn(text: string) {
  const source = readSource(text);
  return source.broken ? null : inputSchemaOf(dataOf(source));
}
