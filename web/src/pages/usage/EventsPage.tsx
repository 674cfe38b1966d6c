import { Button, Drawer, Stack, Text } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ErrorPanel } from "~/components/ErrorPanel";
import { ListTable } from "~/components/ListTable";
import { type Asked, type NameOf, useNames } from "~/components/names";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { download, paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Id } from "~/ui/Copy";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { ExportMenu } from "~/ui/ExportMenu";
import { Facts } from "~/ui/Facts";
import { FilterSelect } from "~/ui/FilterSelect";
import { Frame } from "~/ui/Frame";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { formatDuration } from "~/ui/time";
import { OUTCOMES, outcome, type StatusFilter, toneOf } from "./summary";
import { tabs } from "./tabs";
import { NOT_NARROWED, times, UsageFilters, useScope } from "./UsageFilters";

type Event = Schemas["UsageEvent"];

export function Component() {
  const { ws } = useWorkspace();
  const scope = useScope();
  const status = scope.text("status") as StatusFilter | undefined;
  const filter = { ...times(scope.span), ...scope.only, ...(status ? { status } : {}) };
  const list = useRead(
    "/v1/usage/events",
    { query: { ...filter, ...(scope.cursor ? { cursor: scope.cursor } : {}) } },
    { live: LIVE_MS.slow, keep: true },
  );
  const names = useNames(list.data?.items.flatMap(idsOf));
  const isNarrow = Boolean(status) || Object.keys(scope.only).length > 0;
  return (
    <Frame
      title="Usage"
      about="Every metered call, from the newest. What a call cost here is what its line in the ledger says."
      tabs={tabs(ws)}
      actions={
        <ExportMenu
          hrefOf={(format) => download("/v1/usage/export", { workspace: ws, format, ...filter })}
        />
      }
    >
      <UsageFilters scope={scope}>
        <FilterSelect
          label="Outcome"
          all="Every metered call"
          data={OUTCOMES}
          value={status}
          nameOf={outcome}
          onChange={(value) => scope.set({ status: value })}
        />
      </UsageFilters>
      {status?.startsWith("refused") && (
        <Text c="dimmed" mb="sm">
          Refused calls cost nothing. The summary counts all of them; of each hour and reason a few
          are kept as samples, for 30 days.
        </Text>
      )}
      <ListTable
        label="Calls"
        query={list}
        columns={columns(ws, names, scope.text)}
        rowKey={({ id }) => id}
        empty={
          isNarrow ? (
            <EmptyState
              icon={IconListDetails}
              title="No call fits"
              action={
                <Button
                  variant="default"
                  onClick={() => scope.set({ ...NOT_NARROWED, status: null })}
                >
                  Show all calls
                </Button>
              }
            >
              In this time there was no call like that.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconListDetails}
              title="No calls in this time"
              action={
                <Button component={Link} to={paths.keys(ws)}>
                  Open API keys
                </Button>
              }
            >
              Each call of a flow, and each one that your provider charges, is listed here with who
              called and what it cost. A call needs an API key.
            </EmptyState>
          )
        }
      />
      <Details />
    </Frame>
  );
}

function columns(
  ws: string,
  names: NameOf,
  text: (name: string) => string | undefined,
): Column<Event>[] {
  const here = {
    range: text("range"),
    from: text("from"),
    to: text("to"),
    flow: text("flow"),
    key: text("key"),
    environment: text("environment"),
    status: text("status"),
    user: text("user"),
    cursor: text("cursor"),
  };
  return [
    {
      title: "When",
      cell: ({ id, at }) => (
        <Link className="plain-link" to={paths.usageEvents(ws, { ...here, event: id })}>
          <Time at={at} />
        </Link>
      ),
    },
    {
      title: "What",
      wraps: true,
      cell: (event) => whatOf(event, names),
    },
    { title: "Caller", wraps: true, wideOnly: true, cell: (event) => callerOf(event, names) },
    {
      title: "Environment",
      wideOnly: true,
      cell: ({ environment }) => (environment ? names("environment", environment) : "–"),
    },
    {
      title: "Outcome",
      cell: ({ status }) => <Badge tone={toneOf(status)}>{outcome(status)}</Badge>,
    },
    {
      title: "Latency",
      numeric: true,
      wideOnly: true,
      cell: ({ latency_ms }) => formatDuration(latency_ms),
    },
    {
      title: "Credits",
      numeric: true,
      wideOnly: true,
      cell: ({ credits }) => <Credits value={credits} />,
    },
  ];
}

/** What an event names by its id. */
function idsOf({ flow, key, user, environment }: Event): Asked[] {
  return [
    { kind: "flow", id: flow },
    { kind: "key", id: key },
    { kind: "user", id: user },
    { kind: "environment", id: environment },
  ];
}

function whatOf({ flow, resource }: Event, names: NameOf): string {
  if (flow) return names("flow", flow);
  return resource ?? "A call of your provider's API";
}

function callerOf({ key, user, test }: Event, names: NameOf): string {
  const name = key ? names("key", key) : user ? names("user", user) : "The operator";
  return test ? `${name} (test)` : name;
}

/** One call, opened by `?event`. */
function Details() {
  const [search, setSearch] = useSearchParams();
  const id = search.get("event");
  const close = () =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("event");
        return after;
      },
      { replace: true },
    );
  return (
    <Drawer opened={id !== null} onClose={close} title="One call" position="right" size="md">
      {id && <One id={id} />}
    </Drawer>
  );
}

function One({ id }: { id: string }) {
  const { data, error, refetch } = useRead("/v1/usage/events/{usage}", { path: { usage: id } });
  const names = useNames(data && idsOf(data));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ["Id", <Id key="id" value={data.id} short />],
          ["When", <Time key="at" at={data.at} />],
          [
            "Outcome",
            <Badge key="status" tone={toneOf(data.status)}>
              {outcome(data.status)}
            </Badge>,
          ],
          ["Credits", <Credits key="credits" value={data.credits} />],
          ["Latency", formatDuration(data.latency_ms)],
          ["What", whatOf(data, names)],
          ...pairs(data),
          ["Caller", callerOf(data, names)],
          ["Environment", data.environment ? names("environment", data.environment) : "–"],
          ["Through", data.surface],
        ]}
      />
      {data.tags && (
        <pre className="mono panel pad" style={{ margin: 0, overflowX: "auto" }}>
          {JSON.stringify(data.tags, null, 2)}
        </pre>
      )}
    </Stack>
  );
}

/** What only some calls have. */
function pairs({ flow_version, tenant }: Event): [string, React.ReactNode][] {
  const version = flow_version === 0 ? "The draft" : flow_version;
  return [
    ...(version !== null ? ([["Version", version]] as [string, React.ReactNode][]) : []),
    ...(tenant
      ? ([["Tenant", <Id key="tenant" value={tenant} short />]] as [string, React.ReactNode][])
      : []),
  ];
}
