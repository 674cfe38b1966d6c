import { Box, Text } from "@mantine/core";
import { CopyIcon } from "./Copy";
import classes from "./Json.module.css";

const SHOWN_MAX = 20_000;

/** A JSON value to read and to copy. */
export function Json({ value, what }: { value: unknown; what: string }) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  const shown = text.length > SHOWN_MAX ? text.slice(0, SHOWN_MAX) : text;
  return (
    <Box className={classes.box}>
      <Box className={classes.copy}>
        <CopyIcon value={text} what={what} />
      </Box>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <section className={classes.text} tabIndex={0} aria-label={capital(what)}>
        <pre>{shown}</pre>
      </section>
      {shown.length < text.length && (
        <Text size="xs" c="dimmed" px="sm" pb="xs">
          The first {SHOWN_MAX.toLocaleString("en")} of {text.length.toLocaleString("en")}{" "}
          characters; copying takes all.
        </Text>
      )}
    </Box>
  );
}

function capital(text: string): string {
  const bare = text.replace(/^the /, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
