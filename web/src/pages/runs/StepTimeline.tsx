import { Box, Collapse, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import {
  IconAlertCircle,
  IconArrowForward,
  IconChevronRight,
  IconCircleCheck,
  IconCircleDashed,
  type TablerIcon,
} from "@tabler/icons-react";
import { useId, useMemo, useState } from "react";
import type { Schemas } from "~/api/types";
import { nestSteps } from "~/flow/steps";
import { Json } from "~/ui/Json";
import { formatDuration } from "~/ui/time";
import classes from "./StepTimeline.module.css";

type Step = Schemas["Step"];

interface Props {
  steps: Step[];
  /** The stretch of time that the bars are drawn on. */
  startedAt: string;
  endedAt: string | null;
}

const ICONS: Record<string, [TablerIcon, string]> = {
  completed: [IconCircleCheck, "completed"],
  skipped: [IconCircleDashed, "skipped"],
  faulted: [IconAlertCircle, "failed"],
  left: [IconArrowForward, "left early"],
};
/** From this many steps on only some are drawn at once. */
const SHOWN_AT_ONCE = 200;

/** The steps of a run with their durations; each opens to what went in and what came out. */
export function StepTimeline({ steps, startedAt, endedAt }: Props) {
  const nested = useMemo(() => nestSteps(steps), [steps]);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const start = Date.parse(startedAt);
  const span = Math.max((endedAt ? Date.parse(endedAt) : Date.now()) - start, 1);
  return (
    <Box>
      <ol className={classes.steps} aria-label="Steps">
        {nested.slice(0, shown).map(({ step, depth }, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place alone
            key={index}
            step={step}
            depth={depth}
            start={start}
            span={span}
          />
        ))}
      </ol>
      {nested.length > shown && (
        <UnstyledButton className={classes.more} onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          Show {Math.min(SHOWN_AT_ONCE, nested.length - shown)} more of {nested.length} steps
        </UnstyledButton>
      )}
    </Box>
  );
}

function Row({
  step,
  depth,
  start,
  span,
}: {
  step: Step;
  depth: number;
  start: number;
  span: number;
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const [Icon, word] = ICONS[step.status] ?? [IconCircleDashed, step.status];
  const took = Date.parse(step.ended_at) - Date.parse(step.started_at);
  const from = Math.min(Math.max(((Date.parse(step.started_at) - start) / span) * 100, 0), 99.5);
  const width = Math.min(Math.max((took / span) * 100, 0.5), 100 - from);
  const place = placeOf(step);
  return (
    <li className={classes.step} data-status={step.status}>
      <UnstyledButton
        className={classes.row}
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={`${step.name}${place ? `, ${place}` : ""}, ${step.kind}, ${word}, ${formatDuration(took)}`}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight
          size={14}
          className={classes.chevron}
          data-open={isOpen || undefined}
          aria-hidden
        />
        <span className={classes.name} style={{ paddingLeft: depth * 16 }}>
          <Icon size={16} className={classes.icon} aria-hidden />
          <span className="truncate">{step.name}</span>
          {place && <span className={classes.place}>{place}</span>}
        </span>
        <span className={classes.kind}>
          {step.status === "completed" ? step.kind : `${step.kind} · ${word}`}
        </span>
        <span className={classes.track} aria-hidden>
          <span className={classes.bar} style={{ left: `${from}%`, width: `${width}%` }} />
        </span>
        <span className={classes.took}>{formatDuration(took)}</span>
      </UnstyledButton>
      <Collapse expanded={isOpen} id={id}>
        {isOpen && <Details step={step} />}
      </Collapse>
    </li>
  );
}

/** Which round and which try, counted from 1 as people do. */
function placeOf(step: Step): string {
  const round = step.iteration.map((index) => index + 1).join(".");
  return [round && `#${round}`, step.attempt > 1 && `try ${step.attempt}`]
    .filter(Boolean)
    .join(", ");
}

function Details({ step }: { step: Step }) {
  return (
    <Stack gap="xs" className={classes.details}>
      {step.error !== null && step.error !== undefined && (
        <Value label="Error" value={step.error} what={`the error of ${step.name}`} />
      )}
      <Group
        align="flex-start"
        gap="sm"
        grow
        preventGrowOverflow={false}
        className={classes.values}
      >
        <Value label="Input" value={step.input} what={`the input of ${step.name}`} />
        {step.status !== "faulted" && (
          <Value label="Output" value={step.output} what={`the output of ${step.name}`} />
        )}
      </Group>
      <Text size="xs" c="dimmed" className="mono">
        {step.pointer}
      </Text>
    </Stack>
  );
}

function Value({ label, value, what }: { label: string; value: unknown; what: string }) {
  return (
    <Box miw={0}>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      {value === null || value === undefined ? (
        <Text size="sm" c="dimmed">
          Nothing, or not kept
        </Text>
      ) : (
        <Json value={value} what={what} />
      )}
    </Box>
  );
}
