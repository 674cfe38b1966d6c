import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "~/api/types";
import { type NameOf, useNames } from "~/components/names";
import { paths } from "~/paths";
import { Credits } from "~/ui/Credits";
import { toMicro } from "~/ui/credits";
import { type Column, Table } from "~/ui/Table";
import { formatAtMost } from "~/ui/time";
import { bucketLabel } from "./range";
import {
  count,
  errorRate,
  GROUPS,
  type Group,
  groupValue,
  type Item,
  idsOf,
  nameOfValue,
} from "./summary";
import type { Scope } from "./UsageFilters";

const ROWS = 31;

interface Props {
  data: Schemas["UsageSummary"] | undefined;
  group: Group;
  scope: Scope;
}

/** The figures behind the chart, with their sum. */
export function UsageTable({ data, group, scope }: Props) {
  const names = useNames(idsOf(data?.items, group));
  const [isWhole, setWhole] = useState(false);
  const rows = data && sorted(data.items, group);
  const totals = data?.totals;
  const head = GROUPS.find(({ value }) => value === group)?.label ?? "";
  const columns: Column<Item>[] = [
    {
      title: head,
      wraps: group !== "time",
      total: "Total",
      cell: (item) => <Name item={item} group={group} scope={scope} names={names} />,
    },
    {
      title: "Calls",
      numeric: true,
      cell: ({ calls }) => count(calls),
      total: totals && count(totals.calls),
    },
    {
      title: "Errors",
      numeric: true,
      cell: ({ errors }) => count(errors),
      total: totals && count(totals.errors),
    },
    {
      title: "Share",
      numeric: true,
      wideOnly: true,
      cell: (item) => errorRate(item),
      total: totals && errorRate(totals),
    },
    {
      title: "Refused",
      numeric: true,
      wideOnly: true,
      cell: ({ refused }) => count(refused),
      total: totals && count(totals.refused),
    },
    {
      title: "p50",
      numeric: true,
      wideOnly: true,
      cell: (item) => latency(item, "p50"),
      total: totals && latency(totals, "p50"),
    },
    {
      title: "p95",
      numeric: true,
      wideOnly: true,
      cell: (item) => latency(item, "p95"),
      total: totals && latency(totals, "p95"),
    },
    {
      title: "Credits",
      numeric: true,
      cell: ({ credits }) => <Credits value={credits} />,
      total: totals && <Credits value={totals.credits} />,
    },
  ];
  return (
    <>
      <Table
        label="Usage"
        columns={columns}
        rows={isWhole ? rows : rows?.slice(0, ROWS)}
        rowKey={(item) => groupValue(item, group) ?? ""}
      />
      {rows && rows.length > ROWS && !isWhole && (
        <Button variant="default" onClick={() => setWhole(true)} style={{ alignSelf: "flex-end" }}>
          Show all {count(rows.length)} rows
        </Button>
      )}
    </>
  );
}

const latency = ({ calls, latency_ms }: Pick<Item, "calls" | "latency_ms">, of: "p50" | "p95") =>
  calls === 0 ? "–" : formatAtMost(latency_ms[of]);

/** Times from the newest, everything else from what cost most. */
function sorted(items: Item[], group: Group): Item[] {
  if (group === "time") return [...items].reverse();
  const order = (one: bigint, other: bigint) => (one === other ? 0 : one > other ? -1 : 1);
  return [...items].sort(
    (one, other) => order(toMicro(one.credits), toMicro(other.credits)) || other.calls - one.calls,
  );
}

/** The name of a row leads to its calls. */
function Name({
  item,
  group,
  scope,
  names,
}: {
  item: Item;
  group: Group;
  scope: Scope;
  names: NameOf;
}) {
  const { zone, span, workspace } = scope;
  const value = groupValue(item, group);
  const time = { range: span.range, from: scope.text("from"), to: scope.text("to") };
  const link = (query: Record<string, string | undefined>, text: string) => (
    <Link
      className="plain-link"
      to={paths.usageEvents(workspace.slug, { ...time, ...scope.only, ...query })}
    >
      {text}
    </Link>
  );
  if (group === "time" && value !== null) {
    const text = bucketLabel(value, span.grain, zone, true);
    if (span.grain === "hour") return text;
    return link({ range: "custom", from: value, to: value }, text);
  }
  const text = nameOfValue(value, group, "", names);
  if (value === null) return text;
  return link({ [group]: value }, text);
}
