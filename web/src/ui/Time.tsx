import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { formatExact, formatRelative } from "./time";

const TICK_MS = 20_000;

/** A time: relative, exact on hover and for readers of the page's text. */
export function Time({ at, never = "Never" }: { at: string | null | undefined; never?: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span style={{ color: "var(--mantine-color-dimmed)" }}>{never}</span>;
  const exact = formatExact(at);
  return (
    <Tooltip label={exact}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {formatRelative(at)}
      </time>
    </Tooltip>
  );
}
