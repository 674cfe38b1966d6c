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
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Base
      className={`badge badge-${tone}`}
      color={COLORS[tone]}
      variant="light"
      miw="max-content"
      radius="sm"
      tt="none"
      fw={500}
    >
      {children.replaceAll("_", " ")}
    </Base>
  );
}
