import { Anchor, Box, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, type LoaderFunctionArgs } from "react-router";
import { LIVE_MS, read } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ErrorPanel } from "~/components/ErrorPanel";
import { type Here, prefetchIn, useWorkspace } from "~/components/workspace";
import { isMade } from "~/pages";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Credits } from "~/ui/Credits";
import { Frame } from "~/ui/Frame";
import { Stats } from "~/ui/Stats";
import { type Column, Table } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { formatAtMost, formatDuration } from "~/ui/time";
import { inDays, lasts } from "../credits/credits";
import { outlookQueries, useOutlook } from "../credits/useOutlook";
import { RUN_TONES, RUN_WORDS } from "../runs/state";
import { bucketsOf, spanOf } from "../usage/range";
import { barsOf, count, errorRate } from "../usage/summary";
import { AmountByDay, BarsByTime } from "../usage/UsageChart";
import { Checklist } from "./Checklist";
import { nextStep, stepsOf } from "./checklist";
import { OverviewSkeleton } from "./OverviewSkeleton";

const RUNS = 6;
const HEIGHT = 160;

/** What the page is made of, beside the outlook. */
function queriesOf({ ws, workspace, may }: Here, now: number) {
  const { from } = spanOf({ range: "30d" }, workspace.time_zone, now);
  const one = { workspace: ws, query: { limit: 1 } };
  return {
    month: read("/v1/usage/summary", { workspace: ws, query: { from, group_by: "day" } }),
    keys: { ...read("/v1/keys", one), enabled: may("keys:read") },
    flows: { ...read("/v1/flows", one), enabled: may("flows:read") },
    calls: read("/v1/usage/events", one),
    runs: {
      ...read("/v1/runs", { workspace: ws, query: { limit: RUNS } }),
      enabled: may("runs:read"),
    },
  };
}

type Queries = ReturnType<typeof queriesOf>;

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetchIn(params.workspace, (here) => {
    const now = Date.now();
    return Object.values({ ...outlookQueries(here, now), ...queriesOf(here, now) });
  });

export function Component() {
  const here = useWorkspace();
  const { workspace, ws } = here;
  const { credits, grants, outlook, rate, zone, now, error, retry } = useOutlook();
  const queries = queriesOf(here, now);
  const span = spanOf({ range: "30d" }, zone, now);
  const month = useQuery({ ...queries.month, refetchInterval: LIVE_MS.slow });
  const buckets = bucketsOf(span, zone, now);
  const totals = month.data?.totals;
  const hasSpent = Boolean(totals && totals.calls > 0);
  const setUp = useSetUp(
    queries,
    grants.error ? true : grants.data && grants.data.items.length > 0,
  );
  const about = workspace.description || undefined;
  if (!setUp) return <OverviewSkeleton about={about} panelHeight={HEIGHT} />;
  return (
    <Frame title="Overview" about={about}>
      <Stack gap="md">
        {(error || month.error) && (
          <ErrorPanel
            error={error ?? month.error}
            onRetry={() => {
              retry();
              void month.refetch();
            }}
          />
        )}
        {nextStep(setUp.steps) && <Checklist steps={setUp.steps} flow={setUp.flow} />}
        <Stats
          label="The last 30 days"
          stats={[
            {
              label: "Credits left",
              value: credits.data && <Credits value={credits.data.available} />,
              note: outlook && (
                <Anchor component={Link} to={paths.credits(ws)} inherit c="dimmed">
                  {outlook.days === null
                    ? "enough for a year"
                    : outlook.days === 0
                      ? "nothing is left"
                      : `about ${inDays(outlook.days)}`}
                </Anchor>
              ),
            },
            {
              label: "Spent, 30 days",
              value: totals && <Credits value={totals.credits} />,
              note: "credits",
            },
            {
              label: "Calls, 30 days",
              value: totals && count(totals.calls),
              note: totals && `${count(totals.errors)} errors, ${errorRate(totals)}`,
            },
            {
              label: "Latency, 30 days",
              value: totals && (totals.calls ? formatAtMost(totals.latency_ms.p95) : "–"),
              note: "95 of 100 calls",
            },
          ]}
        />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Panel title="Spend by day" more={{ label: "Usage", to: paths.usage(ws) }}>
            {month.data && !hasSpent ? (
              <Nothing>Nothing was called in the last 30 days.</Nothing>
            ) : (
              <BarsByTime
                grain="day"
                zone={zone}
                height={HEIGHT}
                metric="credits"
                bars={month.data && barsOf(month.data.items, buckets, "time", "credits")}
                nameOf={() => "Credits"}
                label={`Credits spent on each of the last 30 days, ${totals?.credits ?? ""} in all. The figures are on the page Usage.`}
              />
            )}
          </Panel>
          <Panel title="Burn-down" more={{ label: "Credits", to: paths.credits(ws) }}>
            {!outlook || rate === undefined ? (
              error ? (
                <Nothing>Not known.</Nothing>
              ) : (
                <Skeleton height={HEIGHT} />
              )
            ) : outlook.days === 0 ? (
              <Nothing>No credits are left; calls that cost something are refused.</Nothing>
            ) : (
              <>
                <AmountByDay
                  zone={zone}
                  height={HEIGHT - 28}
                  name="Left"
                  points={outlook.points}
                  label={`Credits left on each of the next 30 days. ${lasts(rate, outlook)}`}
                />
                <Text size="xs" c="dimmed" mt={8}>
                  {lasts(rate, outlook)}
                </Text>
              </>
            )}
          </Panel>
        </SimpleGrid>
        <NewestRuns query={queries.runs} />
      </Stack>
    </Frame>
  );
}

function Panel({
  title,
  more,
  children,
}: {
  title: string;
  more: { label: string; to: string };
  children: React.ReactNode;
}) {
  return (
    <Box className="panel" p="md" component="section" aria-label={title} miw={0}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{title}</Title>
        <Anchor component={Link} to={more.to} size="sm">
          {more.label}
        </Anchor>
      </Group>
      <Box mih={HEIGHT}>{children}</Box>
    </Box>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Group h={HEIGHT} justify="center">
      <Text c="dimmed">{children}</Text>
    </Group>
  );
}

/** What is still to be set up; undefined until it is known, so that nothing moves when it appears. */
function useSetUp(queries: Queries, hasGrants: boolean | undefined) {
  const keys = useQuery(queries.keys);
  const flows = useQuery(queries.flows);
  const calls = useQuery({ ...queries.calls, refetchInterval: LIVE_MS.list });
  const isKnown = [keys, flows, calls].every(
    ({ isPending, isError, fetchStatus }) => isError || !isPending || fetchStatus === "idle",
  );
  if (!isKnown || hasGrants === undefined) return undefined;
  const flow = flows.data?.items[0];
  const steps = stepsOf({
    credits: hasGrants,
    // Who may not see keys or flows is not told to make one.
    key: !keys.data || keys.data.items.length > 0,
    flow: !flows.data || flow !== undefined,
    call: Boolean(calls.data?.items.length),
  });
  return { steps, flow: flow?.slug };
}

type Run = Schemas["Run"];

const runColumns = (ws: string): Column<Run>[] => [
  {
    title: "Flow",
    wraps: true,
    cell: ({ id, flow_name }) => (
      <Link to={paths.run(ws, id)} className="plain-link">
        <strong>{flow_name ?? "Erased flow"}</strong>
      </Link>
    ),
  },
  {
    title: "State",
    cell: ({ state }) => <Badge tone={RUN_TONES[state]}>{RUN_WORDS[state]}</Badge>,
  },
  {
    title: "Environment",
    wideOnly: true,
    cell: ({ environment_name }) => environment_name ?? "–",
  },
  { title: "Began", cell: ({ started_at }) => <Time at={started_at} /> },
  {
    title: "Took",
    numeric: true,
    wideOnly: true,
    cell: ({ started_at, ended_at }) =>
      ended_at ? formatDuration(Date.parse(ended_at) - Date.parse(started_at)) : "–",
  },
  {
    title: "Credits",
    numeric: true,
    wideOnly: true,
    cell: ({ credits }) => <Credits value={credits} />,
  },
];

function NewestRuns({ query }: { query: Queries["runs"] }) {
  const { ws, may } = useWorkspace();
  const { data, error, refetch } = useQuery({ ...query, refetchInterval: LIVE_MS.list });
  if (!may("runs:read")) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Newest runs">
      <Group justify="space-between">
        <Title order={2}>Newest runs</Title>
        {isMade("runs/RunsPage") && (
          <Anchor component={Link} to={paths.runs(ws)} size="sm">
            All runs
          </Anchor>
        )}
      </Group>
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : data?.items.length === 0 ? (
        <Box className="panel pad">
          <Text c="dimmed">No flow has run yet. Runs appear here by themselves.</Text>
        </Box>
      ) : (
        <Table
          label="Newest runs"
          columns={runColumns(ws)}
          rows={data?.items}
          rowKey={({ id }) => id}
          skeletonRows={RUNS}
        />
      )}
    </Stack>
  );
}
