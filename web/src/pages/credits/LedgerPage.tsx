import { Anchor, Box, Button, Text } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import { ActorName, useActorNames } from "~/components/actors";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { download, paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { ExportMenu } from "~/ui/ExportMenu";
import { FilterSelect } from "~/ui/FilterSelect";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { LINE_KINDS, type Line, signed, toneOfLine } from "./credits";
import { tabs } from "./tabs";

export function Component() {
  const { ws } = useWorkspace();
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
  const nameOf = useActorNames(list.data?.items.map(({ actor }) => actor));
  return (
    <Frame
      title="Credits"
      about="Every movement of credits, from the newest. A line is never changed; what was wrong is put right by a new one."
      tabs={tabs(ws)}
      actions={
        <ExportMenu
          hrefOf={(format) =>
            download("/v1/credits/ledger/export", { workspace: ws, format, kind })
          }
        />
      }
    >
      <Box mb="sm">
        <FilterSelect
          label="Kind"
          all="Every kind"
          data={LINE_KINDS}
          value={kind}
          onChange={(value) => filters.set("kind", value)}
        />
      </Box>
      <ListTable
        label="Ledger"
        query={list}
        columns={columns(ws, nameOf)}
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

const columns = (ws: string, nameOf: ReturnType<typeof useActorNames>): Column<Line>[] => [
  { title: "No.", numeric: true, wideOnly: true, width: 56, cell: ({ seq }) => seq },
  { title: "When", cell: ({ at }) => <Time at={at} /> },
  { title: "Kind", cell: ({ kind }) => <Badge tone={toneOfLine(kind)}>{kind}</Badge> },
  {
    title: "About",
    wraps: true,
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
  {
    title: "By",
    wraps: true,
    wideOnly: true,
    cell: ({ actor }) => <ActorName actor={actor} nameOf={nameOf} />,
  },
  {
    title: "Change",
    numeric: true,
    cell: ({ available_delta, available_after }) => (
      <>
        {signed(available_delta)}
        {/* A phone has no room for two columns of large amounts. */}
        <Text size="xs" c="dimmed" className="narrow-only">
          = <Credits value={available_after} />
        </Text>
      </>
    ),
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
    wideOnly: true,
    cell: ({ available_after }) => <Credits value={available_after} />,
  },
];
