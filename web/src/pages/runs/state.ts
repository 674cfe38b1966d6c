import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";

export type RunState = Schemas["RunState"];

export const RUN_TONES: Record<RunState, Tone> = {
  queued: "quiet",
  running: "busy",
  waiting: "busy",
  succeeded: "good",
  failed: "bad",
  cancelled: "quiet",
  timed_out: "bad",
};

export const RUN_WORDS: Record<RunState, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
  timed_out: "Timed out",
};

export function isOver(state: RunState): boolean {
  return !["queued", "running", "waiting"].includes(state);
}
