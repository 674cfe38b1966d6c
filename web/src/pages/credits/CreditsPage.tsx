import { Box, Checkbox, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { type LoaderFunctionArgs, useSearchParams } from "react-router";
import { ErrorPanel } from "~/components/ErrorPanel";
import { prefetchIn, useWorkspace } from "~/components/workspace";
import { Badge } from "~/ui/Badge";
import { CopyIcon } from "~/ui/Copy";
import { Credits } from "~/ui/Credits";
import { formatCredits, toMicro } from "~/ui/credits";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { Stats } from "~/ui/Stats";
import { type Column, Table } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { AmountByDay } from "../usage/UsageChart";
import { GRANT_TONES, inBurnOrder, inDays, lasts, type Ordered } from "./credits";
import { tabs } from "./tabs";
import { outlookQueries, useOutlook } from "./useOutlook";

/** Of the chart, in pixels. */
const HEIGHT = 180;

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetchIn(params.workspace, (here) => Object.values(outlookQueries(here, Date.now())));

export function Component() {
  const { ws } = useWorkspace();
  const { credits, grants, outlook, rate, zone, now, error, retry } = useOutlook();
  const isNew = grants.data?.items.length === 0;
  return (
    <Frame
      title="Credits"
      about="What calls are paid from. All members and keys of the workspace share it."
      tabs={tabs(ws)}
    >
      <Stack gap="md">
        {error && <ErrorPanel error={error} onRetry={retry} />}
        <Stats
          label="Credits"
          stats={[
            {
              label: "Left",
              value: credits.data && <Credits value={credits.data.available} />,
              note: credits.data && sources(credits.data.by_source),
            },
            {
              label: "Held",
              value: credits.data && <Credits value={credits.data.held} />,
              note: "for calls under way",
            },
            {
              label: "Ends next",
              value:
                credits.data &&
                (credits.data.next_expiry ? (
                  <Credits value={credits.data.next_expiry.credits} />
                ) : (
                  "–"
                )),
              note: credits.data?.next_expiry ? (
                <Time at={credits.data.next_expiry.at} />
              ) : (
                "nothing has an end"
              ),
            },
            {
              label: "Lasts",
              value: outlook && lastsShort(outlook.days),
              note: rate === 0n ? "nothing was spent lately" : "at the pace of 7 days",
            },
          ]}
        />
        {isNew ? (
          <NoCredits />
        ) : (
          <>
            {outlook?.days !== 0 && !error && (
              <Box className="panel" p="md">
                <Title order={2} mb={2}>
                  The next 30 days
                </Title>
                {/* As high before it is known as after, on a phone three lines. */}
                <Text c="dimmed" mb="md" mih={{ base: "4.5em", sm: "1.5em" }}>
                  {outlook &&
                    rate !== undefined &&
                    `${lasts(rate, outlook)} What ends and what begins meanwhile is counted.`}
                </Text>
                {outlook && rate !== undefined ? (
                  <AmountByDay
                    zone={zone}
                    height={HEIGHT}
                    name="Left"
                    points={outlook.points}
                    label={`Credits that are left on each of the next 30 days, if every day costs the same. ${lasts(rate, outlook)}`}
                  />
                ) : (
                  <Skeleton height={HEIGHT} />
                )}
              </Box>
            )}
            <Grants
              rows={grants.data && inBurnOrder(grants.data.items, now)}
              isCut={grants.data?.isCut ?? false}
            />
          </>
        )}
      </Stack>
    </Frame>
  );
}

function lastsShort(days: number | null): string {
  if (days === 0) return "–";
  return days === null ? "> 1 year" : `≈ ${inDays(days)}`;
}

/** "50 allowance, 10 purchase". */
function sources(by: Record<string, string>): string {
  const there = Object.entries(by).filter(([, credits]) => toMicro(credits) > 0n);
  return (
    there
      .map(([source, credits]) => `${formatCredits(credits)} ${source.replaceAll("_", " ")}`)
      .join(", ") || "nothing can be spent"
  );
}

const columns: Column<Ordered>[] = [
  { title: "Order", width: 60, wideOnly: true, cell: ({ place }) => place ?? "" },
  {
    title: "Source",
    cell: ({ grant }) => (
      <span style={{ whiteSpace: "nowrap" }}>{grant.source.replaceAll("_", " ")}</span>
    ),
  },
  {
    title: "State",
    cell: ({ state }) => <Badge tone={GRANT_TONES[state]}>{state}</Badge>,
  },
  {
    title: "Note",
    wraps: true,
    wideOnly: true,
    cell: ({ grant }) => grant.note || <Text c="dimmed">–</Text>,
  },
  { title: "Begins", wideOnly: true, cell: ({ grant }) => <Time at={grant.effective_at} /> },
  { title: "Ends", cell: ({ grant }) => <Time at={grant.expires_at} /> },
  {
    title: "Given",
    numeric: true,
    wideOnly: true,
    cell: ({ grant }) => <Credits value={grant.credits} />,
  },
  {
    title: "Held",
    numeric: true,
    wideOnly: true,
    cell: ({ grant }) => <Credits value={grant.held} />,
  },
  {
    title: "Left",
    numeric: true,
    cell: ({ grant }) => <Credits value={grant.remaining} />,
  },
];

function Grants({ rows, isCut }: { rows: Ordered[] | undefined; isCut: boolean }) {
  const [search, setSearch] = useSearchParams();
  const isAll = search.has("all");
  const over = (rows ?? []).filter(({ state }) => state === "used up" || state === "expired");
  const shown = isAll ? rows : rows?.filter((row) => !over.includes(row));
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <div>
          <Title order={2}>Grants</Title>
          <Text c="dimmed">
            A call takes from the first one that has something left: by priority, then what ends
            soonest, then what was given before what was paid for.
          </Text>
        </div>
        {over.length > 0 && (
          <Checkbox
            label={`Show ${over.length} that ${over.length === 1 ? "is" : "are"} over`}
            checked={isAll}
            onChange={(event) =>
              setSearch(event.currentTarget.checked ? { all: "" } : {}, { replace: true })
            }
          />
        )}
      </Group>
      {shown?.length === 0 ? (
        <Box className="panel pad">All grants are used up or expired.</Box>
      ) : (
        <Table label="Grants" columns={columns} rows={shown} rowKey={({ grant }) => grant.id} />
      )}
      {isCut && (
        <Text c="dimmed">There are more grants than are shown here; these are the newest.</Text>
      )}
    </Stack>
  );
}

function NoCredits() {
  const { workspace } = useWorkspace();
  return (
    <EmptyState
      icon={IconCoins}
      title="No credits yet"
      action={
        <Group gap={4}>
          <span className="mono">{workspace.slug}</span>
          <CopyIcon value={workspace.slug} what="the address of the workspace" />
        </Group>
      }
    >
      Calls are paid with credits, which the operator of this instance grants. Ask for some, and
      name the address of this workspace.
    </EmptyState>
  );
}
