import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ActorName, useActorNames } from "~/components/actors";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Credits } from "~/ui/Credits";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { formatDuration } from "~/ui/time";
import { RUN_TONES, RUN_WORDS, type RunState } from "./state";

type Run = Schemas["Run"];

interface Props {
  filter: {
    flow?: string | undefined;
    environment?: string | undefined;
    state?: string | undefined;
    key?: string | undefined;
    user?: string | undefined;
    cursor?: string | null;
  };
  /** On the page of a flow its name would only repeat. */
  withFlow?: boolean;
  empty: React.ReactNode;
}

/** Runs, the newest first. They appear and change by themselves. */
export function RunsTable({ filter, withFlow = true, empty }: Props) {
  const { ws } = useWorkspace();
  const { cursor, state, ...names } = filter;
  const query = useRead(
    "/v1/runs",
    {
      query: {
        limit: 50,
        ...Object.fromEntries(Object.entries(names).filter(([, value]) => value)),
        ...(state ? { state: state as RunState } : {}),
        ...(cursor ? { cursor } : {}),
      },
    },
    // A page further back is history and does not change.
    { live: cursor ? false : LIVE_MS.list, keep: true },
  );
  const nameOf = useActorNames(query.data?.items.map((run) => run.actor));
  const columns: Column<Run>[] = [
    {
      title: "State",
      cell: (run) => (
        <Group gap={6} wrap="nowrap">
          <Badge tone={RUN_TONES[run.state]}>{RUN_WORDS[run.state]}</Badge>
        </Group>
      ),
    },
    ...(withFlow
      ? [
          {
            title: "Flow",
            wraps: true,
            wideOnly: true,
            cell: (run: Run) =>
              run.flow_name ?? (
                <Text inherit c="dimmed">
                  Erased flow
                </Text>
              ),
          },
        ]
      : []),
    {
      title: "Run",
      wraps: true,
      cell: (run) => (
        <>
          <Anchor
            component={Link}
            underline="hover"
            className="mono"
            style={{ whiteSpace: "nowrap" }}
            inherit
            to={paths.run(ws, run.id)}
            aria-label={`Run ${run.id}`}
          >
            {shortId(run.id)}
          </Anchor>
          {withFlow && (
            <Text size="xs" c="dimmed" className="narrow-only">
              {run.flow_name ?? "Erased flow"}
            </Text>
          )}
        </>
      ),
    },
    {
      title: "Version",
      wideOnly: true,
      cell: (run) =>
        run.version === 0 ? (
          <Text inherit c="dimmed">
            Draft
          </Text>
        ) : (
          `v${run.version}`
        ),
    },
    { title: "Environment", wideOnly: true, cell: (run) => run.environment_name ?? "—" },
    { title: "Started", cell: (run) => <Time at={run.started_at} /> },
    { title: "Duration", numeric: true, wideOnly: true, cell: durationOf },
    {
      title: "Credits",
      numeric: true,
      wideOnly: true,
      cell: (run) => <Credits value={run.credits} />,
    },
    {
      title: "By",
      wraps: true,
      wideOnly: true,
      cell: (run) => <ActorName actor={run.actor} nameOf={nameOf} />,
    },
  ];
  return (
    <ListTable
      label="Runs"
      query={query}
      columns={columns}
      rowKey={(run) => run.id}
      empty={empty}
    />
  );
}

export function durationOf(run: Run): string {
  if (run.ended_at === null) return "—";
  return formatDuration(Date.parse(run.ended_at) - Date.parse(run.started_at));
}

export function shortId(id: string): string {
  return `${id.slice(0, 4)}…${id.slice(-8)}`;
}
