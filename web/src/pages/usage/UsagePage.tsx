import { Box, Button, Group, SegmentedControl, Select, Stack, Text, Title } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, type LoaderFunctionArgs } from "react-router";
import { LIVE_MS, read } from "~/api/queries";
import { ErrorPanel } from "~/components/ErrorPanel";
import { useNames } from "~/components/names";
import { prefetchIn, useWorkspace } from "~/components/workspace";
import { download, paths } from "~/paths";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { ExportMenu } from "~/ui/ExportMenu";
import { Frame } from "~/ui/Frame";
import { Stats } from "~/ui/Stats";
import { formatAtMost } from "~/ui/time";
import { bucketLabel, bucketsOf } from "./range";
import {
  barsOf,
  chartGroups,
  count,
  errorRate,
  GROUPS,
  type Group as Grouped,
  idsOf,
  latencyOf,
  METRICS,
  type Metric,
  nameOfValue,
  oneOf,
  type Sums,
  tableGroups,
} from "./summary";
import { tabs } from "./tabs";
import { BarsByTime, LatencyByTime } from "./UsageChart";
import {
  choices,
  NOT_NARROWED,
  type Scope,
  scopeOf,
  times,
  UsageFilters,
  useScope,
} from "./UsageFilters";
import { UsageTable } from "./UsageTable";

/** What is shown: by what the table groups, what the chart is of, and their sums. */
function shownOf({ workspace, span, only, text }: ReturnType<typeof scopeOf>) {
  const group = oneOf<Grouped>(GROUPS, text("group"));
  const metric = oneOf<Metric>(METRICS, text("metric"));
  const sums = (group_by: string) => ({
    ...read("/v1/usage/summary", {
      workspace: workspace.slug,
      query: { ...times(span), ...only, group_by },
    }),
    refetchInterval: LIVE_MS.slow,
    placeholderData: keepPreviousData,
  });
  return {
    group,
    metric,
    table: sums(tableGroups(group, span.grain)),
    chart: sums(chartGroups(group, span.grain, metric)),
  };
}

type Shown = ReturnType<typeof shownOf>;

export const loader = ({ params, request }: LoaderFunctionArgs) =>
  prefetchIn(params.workspace, (here) => {
    const { table, chart } = shownOf(scopeOf(here.workspace, new URL(request.url).searchParams));
    return [table, chart, ...Object.values(choices(here))];
  });

export function Component() {
  const { ws } = useWorkspace();
  const scope = useScope();
  const { span, only } = scope;
  const shown = shownOf(scope);
  const { group } = shown;
  const { data, error, refetch } = useQuery(shown.table);
  const isEmpty = data && data.totals.calls === 0 && data.totals.refused === 0;
  return (
    <Frame
      title="Usage"
      about={`What was called, by whom, and what it cost. Days are those of ${scope.zone}.`}
      tabs={tabs(ws)}
      actions={
        <ExportMenu
          hrefOf={(format) =>
            download("/v1/usage/export", { workspace: ws, format, ...times(span), ...only })
          }
        />
      }
    >
      <UsageFilters scope={scope} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {isEmpty ? (
        <NoUsage scope={scope} />
      ) : (
        !(error && !data) && (
          <Stack gap="md">
            <Totals totals={data?.totals} scope={scope} />
            <Chart scope={scope} shown={shown} />
            <Group justify="space-between" gap="xs">
              <Title order={2}>The figures</Title>
              <Select
                aria-label="Group by"
                data={GROUPS.map(({ value, label }) => ({ value, label: `By ${lower(label)}` }))}
                value={group}
                allowDeselect={false}
                onChange={(value) => scope.set({ group: value === "time" ? null : value })}
                w={160}
              />
            </Group>
            <UsageTable data={data} group={group} scope={scope} />
          </Stack>
        )
      )}
    </Frame>
  );
}

const lower = (label: string) => (label.startsWith("API") ? label : label.toLowerCase());

function Totals({ totals, scope }: { totals: Sums | undefined; scope: Scope }) {
  const { text, only, workspace } = scope;
  const time = { range: text("range"), from: text("from"), to: text("to") };
  return (
    <Stats
      label="Totals"
      stats={[
        {
          label: "Credits",
          value: totals && <Credits value={totals.credits} />,
          note: "charged",
        },
        {
          label: "Calls",
          value: totals && count(totals.calls),
          note:
            totals && totals.refused > 0 ? (
              <Link to={paths.usageEvents(workspace.slug, { ...time, ...only, status: "refused" })}>
                and {count(totals.refused)} refused
              </Link>
            ) : (
              "accepted"
            ),
        },
        {
          label: "Errors",
          value: totals && count(totals.errors),
          note: totals && `${errorRate(totals)} of the calls`,
        },
        {
          label: "Latency",
          value: totals && (totals.calls ? formatAtMost(totals.latency_ms.p95) : "–"),
          note: "95 of 100 calls",
        },
      ]}
    />
  );
}

function Chart({ scope, shown }: { scope: Scope; shown: Shown }) {
  const { span, zone, now } = scope;
  const { group, metric } = shown;
  const { data, error, refetch } = useQuery(shown.chart);
  const names = useNames(idsOf(data?.items, group));
  const buckets = bucketsOf(span, zone, now);
  const what = METRICS.find(({ value }) => value === metric)?.label ?? "";
  const by = GROUPS.find(({ value }) => value === group)?.label ?? "";
  const stacked = group !== "time" && metric !== "latency" ? `, stacked by ${lower(by)}` : "";
  const first = bucketLabel(buckets[0] ?? "", span.grain, zone, true);
  const last = bucketLabel(buckets.at(-1) ?? "", span.grain, zone, true);
  const shape = {
    grain: span.grain,
    zone,
    label: `${what} by ${span.grain}${stacked}, from ${first} to ${last}. The figures are in the table below.`,
  };
  return (
    <Box className="panel" p="md">
      <Group justify="space-between" mb="md" gap="xs">
        <SegmentedControl
          aria-label="What the chart shows"
          size="xs"
          data={METRICS.map(({ value, label }) => ({ value, label }))}
          value={metric}
          onChange={(value) => scope.set({ metric: value === "credits" ? null : value })}
        />
        {span.mayBeHourly && (
          <SegmentedControl
            aria-label="By hour or by day"
            size="xs"
            data={[
              { value: "hour", label: "By hour" },
              { value: "day", label: "By day" },
            ]}
            value={span.grain}
            onChange={(value) => scope.set({ by: value })}
          />
        )}
      </Group>
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : metric === "latency" ? (
        <LatencyByTime {...shape} points={data && latencyOf(data.items, buckets)} />
      ) : (
        <BarsByTime
          {...shape}
          metric={metric}
          bars={data && barsOf(data.items, buckets, group, metric)}
          nameOf={(value) => nameOfValue(value, group, what, names)}
        />
      )}
      {metric === "latency" && group !== "time" && (
        <Text size="xs" c="dimmed" mt="xs">
          Latency of all calls: shares of several groups cannot be stacked. The table has each by
          itself.
        </Text>
      )}
    </Box>
  );
}

function NoUsage({ scope }: { scope: Scope }) {
  const { ws } = useWorkspace();
  if (Object.keys(scope.only).length > 0) {
    return (
      <EmptyState
        icon={IconChartBar}
        title="No call fits"
        action={
          <Button variant="default" onClick={() => scope.set(NOT_NARROWED)}>
            Show all calls
          </Button>
        }
      >
        In this time there was no call like that.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconChartBar}
      title="No calls in this time"
      action={
        <Button component={Link} to={paths.keys(ws)}>
          Open API keys
        </Button>
      }
    >
      Each call of a flow, and each one that your provider charges, is counted here with what it
      cost, how long it took and how it ended. A call needs an API key.
    </EmptyState>
  );
}
