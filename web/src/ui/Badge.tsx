import { Badge as Base } from "@mantine/core";

/** What a state feels like; the word says it, the colour only helps. */
export type Tone = "good" | "bad" | "busy" | "warn" | "quiet";

const COLORS: Record<Tone, string> = {
  good: "teal",
  bad: "red",
  busy: "blue",
  warn: "orange",
  quiet: "gray",
};

/** The state of a thing in one word. */
export function Badge({
  tone,
  verbatim,
  children,
}: {
  tone: Tone;
  /** A name rather than a word: it is shown as it was given. */
  verbatim?: boolean;
  children: string;
}) {
  return (
    <Base
      className={`badge badge-${tone}${verbatim ? " badge-verbatim" : ""}`}
      color={COLORS[tone]}
      variant="light"
      miw="max-content"
      radius="sm"
      tt="none"
      fw={500}
    >
      {verbatim ? children : children.replaceAll("_", " ")}
    </Base>
  );
}
