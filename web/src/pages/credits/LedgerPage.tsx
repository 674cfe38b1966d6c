import { Anchor, Button, Select, Text } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import { ListTable } from "~/components/ListTable";
import { useNames } from "~/components/names";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { LINE_KINDS, type Line, signed, toneOfLine } from "./credits";
import { tabs } from "./tabs";

export function Component() {
  const { ws } = useWorkspace();
  const names = useNames();
  const filters = useFilters("kind");
  const kind = LINE_KINDS.find((one) => one === filters.values.kind);
  const list = useRead(
    "/v1/credits/ledger",
    {
      query: {
        ...(kind ? { kind } : {}),
        ...(filters.cursor ? { cursor: filters.cursor } : {}),
      },
    },
    { live: LIVE_MS.slow, keep: true },
  );
  return (
    <Frame
      title="Credits"
      about="Every movement of credits, from the newest. A line is never changed; what was wrong is put right by a new one."
      tabs={tabs(ws)}
    >
      <Select
        aria-label="Kind"
        placeholder="Every kind"
        data={LINE_KINDS}
        value={kind ?? null}
        onChange={(value) => filters.set("kind", value)}
        clearable
        w={150}
        mb="sm"
      />
      <ListTable
        label="Ledger"
        query={list}
        columns={columns(ws, names)}
        rowKey={({ id }) => id}
        empty={
          kind ? (
            <EmptyState
              icon={IconReceipt}
              title={`No line of kind ${kind}`}
              action={
                <Button variant="default" onClick={filters.clear}>
                  Show all lines
                </Button>
              }
            >
              The ledger has lines, but none of this kind.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconReceipt}
              title="The ledger is empty"
              action={
                <Button component={Link} to={paths.credits(ws)} variant="default">
                  How to get credits
                </Button>
              }
            >
              Grants and charges are written here, each with what was left after it.
            </EmptyState>
          )
        }
      />
    </Frame>
  );
}

const columns = (ws: string, names: ReturnType<typeof useNames>): Column<Line>[] => [
  { title: "No.", numeric: true, width: 56, cell: ({ seq }) => seq },
  { title: "When", cell: ({ at }) => <Time at={at} /> },
  { title: "Kind", cell: ({ kind }) => <Badge tone={toneOfLine(kind)}>{kind}</Badge> },
  {
    title: "About",
    wideOnly: true,
    cell: ({ usage, note }) => (
      <>
        {usage && (
          <Anchor component={Link} to={paths.usageEvent(ws, usage)} inherit>
            the call
          </Anchor>
        )}
        {usage && note && " · "}
        {note}
        {!usage && !note && <Text c="dimmed">–</Text>}
      </>
    ),
  },
  { title: "By", wideOnly: true, cell: ({ actor }) => actorName(actor, names) },
  {
    title: "Change",
    numeric: true,
    cell: ({ available_delta }) => signed(available_delta),
  },
  {
    title: "Held",
    numeric: true,
    wideOnly: true,
    cell: ({ held_delta }) => signed(held_delta),
  },
  {
    title: "Left after",
    numeric: true,
    cell: ({ available_after }) => <Credits value={available_after} />,
  },
];

function actorName({ kind, id }: Line["actor"], names: ReturnType<typeof useNames>): string {
  if (kind === "system") return "Guildhall";
  if (kind === "service_token") return "The operator";
  return id ? names(kind, id) : "–";
}
