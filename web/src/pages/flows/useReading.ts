import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Schemas } from "~/api/types";
import type { Mark } from "~/flow/FlowPicture";
import type { Problem } from "~/flow/problems";
import type { Task } from "~/flow/tree";
import { useLater } from "~/ui/later";
import type { Finding, useCheck } from "./useCheck";

type Step = Schemas["Step"];
type Reader = typeof import("~/flow/reader");

/** The text as tasks and with its problems in their places, as soon as what reads it is loaded. */
export function useReading(text: string, check: ReturnType<typeof useCheck>, steps: Step[] | null) {
  const reader = useLater(load);
  const { tasks, notice } = useTasks(text, reader);
  const { findings } = check;
  const problems = usePlaced(findings, check.isCurrent, text, reader);
  const marks = useMemo(
    () => (reader ? marksOf(reader, tasks, findings, steps ?? []) : new Map<string, Mark>()),
    [reader, tasks, findings, steps],
  );
  const taskAt = (position: number) => reader?.taskAt(tasks, position) ?? null;
  return { isRead: reader !== null, tasks, notice, problems, marks, taskAt };
}

const load = () => import("~/flow/reader");

/** The tasks to draw: of the text as it is, or as it was when it could last be read. */
function useTasks(text: string, reader: Reader | null): { tasks: Task[]; notice: string | null } {
  const paused = useDeferredValue(text);
  const source = useMemo(() => reader?.readSource(paused), [reader, paused]);
  const now = useMemo(
    () => (reader && source && !source.broken ? reader.readTasks(source) : null),
    [reader, source],
  );
  const last = useRef<Task[]>([]);
  if (now !== null) last.current = now;
  const notice = !source
    ? null
    : source.broken
      ? `The picture shows the text as it was: line ${source.broken.line} cannot be read.`
      : now === null
        ? "There is nothing to draw yet: the tasks stand in a list under do."
        : null;
  return { tasks: last.current, notice };
}

/** The findings at their places; they wait until they belong to the text as it is. */
function usePlaced(
  findings: Finding[],
  isCurrent: boolean,
  text: string,
  reader: Reader | null,
): Problem[] {
  const [placed, setPlaced] = useState<Problem[]>([]);
  useEffect(() => {
    if (isCurrent && reader) setPlaced(reader.problemsOf(findings, reader.readSource(text)));
  }, [findings, isCurrent, text, reader]);
  return placed;
}

function marksOf(
  { taskOf }: Reader,
  tasks: Task[],
  findings: Finding[],
  steps: Step[],
): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const step of steps) {
    const known = marks.get(step.pointer);
    if (known?.tone === "error") continue;
    if (step.status === "faulted")
      marks.set(step.pointer, { tone: "error", text: "failed in the last run" });
    else if (step.status !== "skipped")
      marks.set(step.pointer, { tone: "done", text: "done in the last run" });
    else if (!known) marks.set(step.pointer, { tone: "skipped", text: "skipped in the last run" });
  }
  for (const { pointer, severity, message } of findings) {
    const task = taskOf(tasks, pointer);
    if (!task) continue;
    const tone = severity === "error" ? "error" : "warning";
    if (tone === "error" || marks.get(task.pointer)?.tone !== "error") {
      marks.set(task.pointer, { tone, text: message });
    }
  }
  return marks;
}
