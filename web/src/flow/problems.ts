import { type Source, type Span, spanOf, valueSpanOf } from "./source";

/** What the server's check reports of a definition. */
export interface Reported {
  severity: string;
  pointer: string;
  message: string;
  suggestion?: string | null;
  line?: number | null;
  column?: number | null;
}

export interface Problem extends Span {
  severity: "error" | "warning";
  /** The sentence, and what to write instead. */
  message: string;
  pointer: string;
  line: number | null;
}

/** What was reported, with the stretch of the text that it is about. */
export function problemsOf(reported: Reported[], source: Source): Problem[] {
  return reported.map((one) => {
    const span = placeOf(one, source);
    return {
      ...span,
      severity: one.severity === "warning" ? "warning" : "error",
      message: one.suggestion
        ? `${sentence(one.message)} ${sentence(one.suggestion)}`
        : sentence(one.message),
      pointer: one.pointer,
      line: one.line ?? lineAt(source.text, span.from),
    };
  });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function placeOf({ pointer, line, column }: Reported, { text, ...rest }: Source): Span {
  const source = { text, ...rest };
  const known = [valueSpanOf(source, pointer), spanOf(source, pointer)].filter(
    (span) => span !== null,
  );
  if (line) {
    const from = offsetOf(text, line, column ?? 1);
    const end = endOfLine(text, from);
    const whole = known.find((span) => span.from === from);
    const to = Math.min(whole?.to ?? end, end);
    return { from, to: Math.max(to, Math.min(from + 1, text.length)) };
  }
  const span = pointer === "" ? null : spanOf(source, pointer);
  return span ?? { from: 0, to: endOfLine(text, 0) };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const next = text.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  return Math.min(start + column - 1, text.length);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
