import { ActionIcon, Button, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** A small button that copies. `what` names it: "Copy the id". */
export function CopyIcon({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${what}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={copied ? "Copied" : `Copy ${what}`}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** The same with words. */
export function CopyText({ value, label = "Copy" }: { value: string; label?: string }) {
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Button
          variant={copied ? "light" : "default"}
          onClick={copy}
          leftSection={
            copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
          }
        >
          {copied ? "Copied" : label}
        </Button>
      )}
    </CopyButton>
  );
}

/** An id that can be copied. */
export function Id({ value, short }: { value: string; short?: boolean }) {
  const shown = short && value.length > 16 ? `${value.slice(0, 8)}…${value.slice(-5)}` : value;
  return (
    <Group gap={2} wrap="nowrap" display="inline-flex" maw="100%">
      <span className="mono truncate" title={value}>
        {shown}
      </span>
      <CopyIcon value={value} what="the id" />
    </Group>
  );
}
