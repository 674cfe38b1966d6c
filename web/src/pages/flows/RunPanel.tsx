import {
  Alert,
  Anchor,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { IconAlertCircle, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { Refused } from "~/api/error";
import { capitalized, say } from "~/api/problems";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWorkspace } from "~/components/workspace";
import { exampleOf, initialOf, jsonProblem, kindOf, resolve, type Schema } from "~/flow/form";
import { SchemaForm } from "~/flow/SchemaForm";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Credits } from "~/ui/Credits";
import { Json } from "~/ui/Json";
import { formatDuration } from "~/ui/time";
import { useUnsaved } from "~/ui/unsaved";
import { StepTimeline } from "../runs/StepTimeline";
import classes from "./run.module.css";

type Step = Schemas["Step"];

/** How a run from the console ended. */
export interface Outcome {
  run: string | null;
  charged: string | null;
  available: string | null;
  output?: unknown;
  error?: unknown;
}

interface Props {
  /** The schema of the input; null where none is written out. */
  schema: Schema | null;
  environments: string[];
  environment: string;
  onEnvironment: (name: string) => void;
  /** The words on the button. */
  act: string;
  reason: string | null;
  run: (input: unknown, environment: string) => Promise<Outcome | null>;
  onSteps?: (steps: Step[] | null) => void;
}

/** The input of a run as a form or as JSON, and what became of it. */
export function RunPanel({ schema, onSteps, ...props }: Props) {
  const hasForm = schema !== null && kindOf(resolve(schema, schema)) === "object";
  const [mode, setMode] = useState<"form" | "json">("form");
  const [value, setValue] = useState<unknown>(() => startOf(schema));
  const [text, setText] = useState(() => JSON.stringify(startOf(schema), null, 2));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);
  const asJson = mode === "json" || !hasForm;
  const problem = asJson ? jsonProblem(text) : null;
  const entered = asJson ? text : JSON.stringify(value ?? {}, null, 2);
  const [kept, setKept] = useState(entered);
  // What was run is kept with the run; what is only typed would be lost.
  useUnsaved(entered !== kept && !isBusy);
  const fields = useMemo(() => fieldErrors(outcome), [outcome]);

  const run = async () => {
    if (isBusy || problem !== null || props.reason !== null) return;
    setBusy(true);
    try {
      const ended = await props.run(asJson ? JSON.parse(text) : (value ?? {}), props.environment);
      if (ended) {
        setOutcome(ended);
        setKept(entered);
      }
    } finally {
      setBusy(false);
    }
  };
  const change = (to: "form" | "json") => {
    if (to === "json") setText(JSON.stringify(value ?? {}, null, 2));
    else if (jsonProblem(text) === null) setValue(JSON.parse(text));
    setMode(to);
  };

  return (
    <Stack gap="md">
      <form
        noValidate
        aria-label="Run"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="sm">
          <Group justify="space-between" gap="xs">
            <Title order={3}>Input</Title>
            {hasForm && (
              <SegmentedControl
                size="xs"
                aria-label="How the input is entered"
                data={[
                  { value: "form", label: "Form" },
                  { value: "json", label: "JSON" },
                ]}
                value={mode}
                onChange={(to) => change(to as "form" | "json")}
              />
            )}
          </Group>
          {asJson ? (
            <Textarea
              label="Input as JSON"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                void run();
              }}
              error={problem}
              autosize
              minRows={6}
              maxRows={20}
              spellCheck={false}
              classNames={{ input: classes.json ?? "" }}
            />
          ) : (
            schema && (
              <SchemaForm schema={schema} value={value} onChange={setValue} errors={fields} />
            )
          )}
          <Group gap="xs" align="flex-end">
            <Select
              label="Environment"
              w={180}
              allowDeselect={false}
              data={props.environments}
              value={props.environment}
              onChange={(name) => name && props.onEnvironment(name)}
            />
            <ActButton
              type="submit"
              reason={props.reason ?? (problem && "The input is not JSON yet.")}
              loading={isBusy}
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
            >
              {props.act}
            </ActButton>
            {schema && (
              <Button
                variant="subtle"
                color="gray"
                onClick={() => {
                  const example = exampleOf(schema, schema);
                  setValue(example);
                  setText(JSON.stringify(example, null, 2));
                }}
              >
                Fill in an example
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {outcome && <Result outcome={outcome} onSteps={onSteps} />}
    </Stack>
  );
}

function startOf(schema: Schema | null): unknown {
  return (schema && initialOf(schema, schema)) ?? {};
}

/** The server's complaints about the input, by pointer; an earlier run's are gone with the next outcome. */
function fieldErrors(outcome: Outcome | null): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  if (!(outcome?.error instanceof Refused) || outcome.error.code !== "invalid_input") return errors;
  for (const { pointer, message } of outcome.error.fields) {
    const before = errors.get(pointer ?? "");
    errors.set(pointer ?? "", before ? `${before} ${capitalized(message)}` : capitalized(message));
  }
  return errors;
}

function Result({ outcome, onSteps }: { outcome: Outcome; onSteps: Props["onSteps"] }) {
  const { ws } = useWorkspace();
  const { run, charged, available, error } = outcome;
  const details = useRead(
    "/v1/runs/{run}",
    { path: { run: run ?? "" } },
    { enabled: run !== null },
  );
  const steps = useRead(
    "/v1/runs/{run}/steps",
    { path: { run: run ?? "" } },
    { enabled: run !== null },
  );
  const heading = useRef<HTMLDivElement>(null);
  const found = steps.data?.items ?? null;
  useEffect(() => onSteps?.(found), [onSteps, found]);
  useEffect(() => {
    if (outcome) heading.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [outcome]);
  return (
    <section aria-label="Result" ref={heading}>
      <Stack gap="md">
        {error !== undefined ? <Failed error={error} /> : <Output value={outcome.output} />}
        {run && (
          <Group gap="md">
            {charged !== null && (
              <Text size="sm">
                Cost <Credits value={charged} unit />
              </Text>
            )}
            {available !== null && (
              <Text size="sm" c="dimmed">
                <Credits value={available} /> left
              </Text>
            )}
            {details.data?.ended_at && (
              <Text size="sm" c="dimmed">
                {formatDuration(
                  Date.parse(details.data.ended_at) - Date.parse(details.data.started_at),
                )}
              </Text>
            )}
            <Anchor component={Link} to={paths.run(ws, run)} size="sm">
              Open the run
            </Anchor>
          </Group>
        )}
        {found && found.length > 0 && details.data && (
          <div>
            <Title order={3} mb="xs">
              Steps
            </Title>
            <StepTimeline
              steps={found}
              startedAt={details.data.started_at}
              endedAt={details.data.ended_at ?? null}
            />
          </div>
        )}
      </Stack>
    </section>
  );
}

function Output({ value }: { value: unknown }) {
  return (
    <div>
      <Title order={3} mb="xs">
        Output
      </Title>
      <Json value={value} what="the output" />
    </div>
  );
}

function Failed({ error }: { error: unknown }) {
  const { title, requestId } = say(error);
  const problem = error instanceof Refused ? error.problem : null;
  const raised = problem?.error as
    | { title?: string; instance?: string; status?: number }
    | undefined;
  // A complaint that stands at its field needs no list.
  const lines = problem?.code === "invalid_input" ? (problem.errors ?? []) : [];
  return (
    <Alert
      className="alert alert-bad"
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={raised?.title ?? title}
    >
      <Stack gap={4}>
        {raised?.title && raised.title !== title && <Text>{title}</Text>}
        {lines.map((line) => (
          <Text key={`${line.pointer}${line.message}`} size="sm">
            {line.pointer ? `${line.pointer}: ` : ""}
            {line.message}
          </Text>
        ))}
        {raised && (
          <Text size="xs" c="dimmed">
            {[
              raised.status && `Status ${raised.status}`,
              raised.instance && `at ${raised.instance}`,
            ]
              .filter(Boolean)
              .join(", ")}
          </Text>
        )}
        {requestId && !raised && (
          <Text size="xs" c="dimmed">
            Request {requestId}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
