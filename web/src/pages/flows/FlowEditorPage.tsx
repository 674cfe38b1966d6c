import {
  ActionIcon,
  Alert,
  Anchor,
  Group,
  SegmentedControl,
  Skeleton,
  Text,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsMaximize,
  IconCircleX,
  IconLayoutColumns,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { Link, type LoaderFunctionArgs } from "react-router";
import { briefly, queryClient, read } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useActorNames } from "~/components/actors";
import { ErrorPanel } from "~/components/ErrorPanel";
import { useWorkspace } from "~/components/workspace";
import type { Problem } from "~/flow/problems";
import { TEMPLATES } from "~/flow/templates";
import type { Task } from "~/flow/tree";
import { type EditorHandle, YamlEditor } from "~/flow/YamlEditor";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { useFilters } from "~/ui/filters";
import { useLast } from "~/ui/last";
import { Later } from "~/ui/later";
import { Time } from "~/ui/Time";
import { useUnsaved } from "~/ui/unsaved";
import classes from "./editor.module.css";
import { useFlow } from "./flow";
import { useCheck } from "./useCheck";
import { useEditing } from "./useEditing";
import { useReading } from "./useReading";

// The text can be written in before any of these is there.
const picture = () => import("~/flow/FlowPicture");
const runDraft = () => import("./RunDraft");
const saveDialog = () => import("./SaveDialog");
const conflict = () => import("./ConflictDialog");

type Flow = Schemas["Flow"];
type Step = Schemas["Step"];

/** The newest version, where it is what is edited. */
function newest(workspace: string | undefined, flow: Flow) {
  const number = flow.draft ? null : flow.latest_version;
  const path = { flow: flow.id, number: number ?? 0 };
  return {
    ...read("/v1/flows/{flow}/versions/{number}", { workspace, path }),
    enabled: number !== null,
  };
}

export const loader = ({ params: { workspace, flow = "" } }: LoaderFunctionArgs) =>
  briefly(
    queryClient
      .ensureQueryData(read("/v1/flows/{flow}", { workspace, path: { flow } }))
      .then((flow) => {
        const version = newest(workspace, flow);
        return version.enabled ? queryClient.prefetchQuery(version) : undefined;
      })
      // The layout says what is wrong with its flow.
      .catch(() => undefined),
  );

/** The draft as text and as a picture, what is wrong with it, and a place to run it. */
export function Component() {
  const { ws } = useWorkspace();
  const flow = useFlow();
  const version = useQuery(newest(ws, flow));
  const beginning = useRef<string | null>(null);
  const text =
    flow.draft?.definition ??
    (flow.latest_version === null ? emptyOf(flow) : version.data?.definition);
  if (beginning.current === null && typeof text === "string") beginning.current = text;
  if (beginning.current === null) {
    return version.error ? (
      <ErrorPanel error={version.error} onRetry={() => void version.refetch()} />
    ) : (
      <Skeleton className={classes.alone} />
    );
  }
  return <Editing flow={flow} initial={beginning.current} />;
}

function emptyOf(flow: Flow): string {
  return TEMPLATES.at(-1)?.definition(flow.name) ?? "";
}

const VIEWS = [
  { value: "text", label: "Text" },
  { value: "picture", label: "Picture" },
  { value: "run", label: "Run" },
];

function Editing({ flow, initial }: { flow: Flow; initial: string }) {
  const { ws, reason } = useWorkspace();
  const { values, set } = useFilters("view");
  const editing = useEditing(flow, initial);
  const { text, isDirty } = editing;
  const notAllowed = reason("flows:write");
  const check = useCheck(flow.id, notAllowed ? "" : text);
  const editor = useRef<EditorHandle>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [ran, setRan] = useState<{ text: string; steps: Step[] } | null>(null);
  useUnsaved(isDirty);
  const view = values.view ?? "text";
  const clash = useLast(editing.clash);
  const reading = useReading(text, check, ran?.text === text ? ran.steps : null);

  const select = (task: Task) => {
    setSelected(task.pointer);
    set("view", view === "run" ? "run" : null);
    editor.current?.goTo({ from: task.span.from, to: task.span.from + task.name.length }, true);
  };
  const onCursor = (position: number) => setSelected(reading.taskAt(position)?.pointer ?? null);
  const errors = check.findings.filter((finding) => finding.severity === "error").length;
  const unchanged = !isDirty && flow.draft === null && flow.latest_version !== null;
  const whyNotVersion =
    notAllowed ??
    (unchanged ? `Nothing has changed since version ${flow.latest_version}.` : null) ??
    (check.isCurrent && errors > 0
      ? "Solve the problems first; a draft may be saved with them."
      : null);
  const saveDraft = () => {
    if (!notAllowed && isDirty) void editing.save({ kind: "draft" });
  };
  const onSteps = useCallback(
    (steps: Step[] | null) => setRan(steps && { text, steps }),
    // Steps belong to the text that was run; a later text has no marks.
    [text],
  );

  return (
    <div className={classes.page}>
      <Group justify="space-between" gap="xs">
        <Status flow={flow} isDirty={isDirty} />
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            className={classes.narrow}
            aria-label="What is shown"
            data={VIEWS}
            value={view}
            onChange={(to) => set("view", to === "text" ? null : to)}
          />
          <ActButton
            variant="default"
            reason={notAllowed ?? (isDirty ? null : "There is nothing to save.")}
            loading={editing.busy === "draft"}
            onClick={saveDraft}
          >
            Save draft
          </ActButton>
          <ActButton
            reason={whyNotVersion}
            onClick={() => {
              editing.clearError();
              setSaving(true);
            }}
          >
            Save version
          </ActButton>
        </Group>
      </Group>
      {notAllowed && (
        <Alert className="alert" variant="light" color="gray">
          {notAllowed}
        </Alert>
      )}
      {editing.error !== null && editing.clash === null && (
        <ErrorPanel error={editing.error} onRetry={saveDraft} />
      )}
      <div className={classes.panes} data-view={view}>
        <section className={classes.text} aria-label="Text of the flow">
          <YamlEditor
            ref={editor}
            label="Definition"
            value={text}
            onChange={editing.setText}
            problems={reading.problems}
            readOnly={notAllowed !== null}
            onCursor={onCursor}
            onSave={saveDraft}
            onRun={() => set("view", "run")}
            className={classes.editor}
            invalid={errors > 0}
          />
          <Problems
            check={check}
            problems={reading.problems}
            onGo={(problem) => editor.current?.goTo(problem, true)}
          />
        </section>
        <div className={classes.side}>
          <Group justify="space-between" className={classes.wide}>
            <SegmentedControl
              size="xs"
              aria-label="Beside the text"
              data={VIEWS.slice(1)}
              value={view === "run" ? "run" : "picture"}
              onChange={(to) => set("view", to === "picture" ? null : to)}
            />
            {view !== "run" && (
              <Widen isWide={view === "picture"} onChange={(to) => set("view", to)} />
            )}
          </Group>
          <div className={classes.picture}>
            {reading.notice && (
              <Text size="xs" className={classes.notice} role="status">
                {reading.notice}
              </Text>
            )}
            <Later load={picture} waiting={<Skeleton />}>
              {({ FlowPicture }) =>
                reading.isRead ? (
                  <FlowPicture
                    tasks={reading.tasks}
                    marks={reading.marks}
                    selected={selected}
                    onSelect={select}
                  />
                ) : (
                  <Skeleton />
                )
              }
            </Later>
          </div>
          <div className={classes.run}>
            <Later load={runDraft} when={view === "run"} waiting={<Skeleton height={180} />}>
              {({ RunDraft }) => (
                <RunDraft flow={flow} text={text} editing={editing} ws={ws} onSteps={onSteps} />
              )}
            </Later>
          </div>
        </div>
      </div>
      <Later load={saveDialog} when={isSaving}>
        {({ SaveDialog }) => (
          <SaveDialog
            opened={isSaving}
            next={Math.max(editing.version, flow.latest_version ?? 0) + 1}
            onClose={() => setSaving(false)}
            onSave={(comment, label) => editing.attempt({ kind: "version", comment, label })}
          />
        )}
      </Later>
      <Later load={conflict} when={editing.clash !== null}>
        {({ ConflictDialog }) => (
          <ConflictDialog
            opened={editing.clash !== null}
            clash={clash}
            mine={text}
            busy={editing.busy !== null}
            error={editing.error}
            onClose={() => {
              editing.closeClash();
              setSaving(false);
            }}
            onTakeTheirs={(clash) => {
              editing.takeTheirs(clash);
              setSaving(false);
            }}
            onKeepMine={(clash) => {
              void editing.keepMine(clash).then((saved) => saved && setSaving(false));
            }}
          />
        )}
      </Later>
    </div>
  );
}

/** The picture on the whole width, or beside the text. */
function Widen({ isWide, onChange }: { isWide: boolean; onChange: (view: string | null) => void }) {
  const label = isWide ? "Show the text beside it" : "Show the picture alone";
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={label}
        aria-pressed={isWide}
        onClick={() => onChange(isWide ? null : "picture")}
      >
        {isWide ? (
          <IconLayoutColumns size={15} aria-hidden />
        ) : (
          <IconArrowsMaximize size={15} aria-hidden />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

/** Which text this is, and who saved it last. */
function Status({ flow, isDirty }: { flow: Flow; isDirty: boolean }) {
  const { ws } = useWorkspace();
  const nameOf = useActorNames(flow.draft ? [flow.draft.saved_by] : []);
  if (isDirty) return <Text size="sm">Unsaved changes</Text>;
  if (flow.draft) {
    return (
      <Text size="sm" c="dimmed">
        Draft saved <Time at={flow.draft.saved_at} /> by {inSentence(nameOf(flow.draft.saved_by))}
      </Text>
    );
  }
  if (flow.latest_version === null) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is saved yet
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      As in{" "}
      <Anchor component={Link} to={paths.flowVersion(ws, flow.slug, flow.latest_version)} inherit>
        version {flow.latest_version}
      </Anchor>
    </Text>
  );
}

function inSentence(name: string): string {
  return name === "You" ? "you" : name;
}

interface ProblemsProps {
  check: ReturnType<typeof useCheck>;
  problems: Problem[];
  onGo: (problem: Problem) => void;
}

function Problems({ check, problems, onGo }: ProblemsProps) {
  const { summary } = check;
  if (problems.length === 0) {
    const words = summary && [
      `${summary.tasks} ${summary.tasks === 1 ? "task" : "tasks"}`,
      summary.outside_effects && callsOf(summary.outside_calls_max),
      summary.secrets.length > 0 && `secrets ${summary.secrets.join(", ")}`,
      summary.variables.length > 0 && `variables ${summary.variables.join(", ")}`,
    ];
    return (
      <Text size="xs" c="dimmed" className={classes.summary} role="status">
        {check.isValid
          ? ["No problems", ...(words ?? []).filter(Boolean)].join(" · ")
          : check.error
            ? "The text could not be checked. It is tried again with the next change."
            : "…"}
      </Text>
    );
  }
  return (
    <ul className={classes.problems} aria-label="Problems">
      {problems.map((problem) => (
        <li key={`${problem.pointer} ${problem.message}`}>
          <UnstyledButton className={classes.problem} onClick={() => onGo(problem)}>
            {problem.severity === "error" ? (
              <IconCircleX size={15} className={classes.error} aria-label="Error" />
            ) : (
              <IconAlertTriangle size={15} className={classes.warning} aria-label="Warning" />
            )}
            <span>{problem.message}</span>
            <span className={classes.line}>{problem.line ? `Line ${problem.line}` : ""}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

function callsOf(most: number | null | undefined): string {
  if (most === null || most === undefined) return "calls outside without a bound";
  return most === 1
    ? "at most 1 call outside"
    : `at most ${most.toLocaleString("en")} calls outside`;
}
