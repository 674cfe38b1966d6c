import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { Link, type LoaderFunctionArgs, useParams } from "react-router";
import { isRefused } from "~/api/error";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ErrorPanel } from "~/components/ErrorPanel";
import { PageSkeleton } from "~/components/PageSkeleton";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { Id } from "~/ui/Copy";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { Facts } from "~/ui/Facts";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { AdjustCredits } from "./AdjustCredits";
import { GrantCredits } from "./GrantCredits";
import { Standing } from "./Standing";
import { sourceName, stateOf, toneOf } from "./workspace";

type It = Schemas["WorkspaceWithCredits"];

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch("/v1/operator/workspaces/{workspace}", { path: { workspace: params.target ?? "" } });

export function Component() {
  const { target = "" } = useParams();
  const { data, error, refetch } = useRead(
    "/v1/operator/workspaces/{workspace}",
    { path: { workspace: target } },
    { live: LIVE_MS.list },
  );
  if (data) return <Shown key={data.id} it={data} />;
  if (isRefused(error, "not_found", "malformed_request", "invalid_parameter"))
    return (
      <EmptyState
        icon={IconBuilding}
        title={`There is no workspace “${target}”`}
        action={
          <Button component={Link} to={paths.operator.workspaces}>
            All workspaces
          </Button>
        }
      >
        Look at how its address or id is spelled. One that was erased is gone for good.
      </EmptyState>
    );
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return <PageSkeleton />;
}

function Shown({ it }: { it: It }) {
  const state = stateOf(it);
  const [grant, adjust, standing] = [
    useDialog("grant"),
    useDialog("adjust"),
    useDialog("standing"),
  ];
  const gone = state === "deleted" ? "The workspace is deleted." : null;
  return (
    <Frame
      title={it.name}
      aside={<Badge tone={toneOf[state]}>{state}</Badge>}
      back={{ label: "Workspaces", to: paths.operator.workspaces }}
      about={it.description || undefined}
      actions={
        <>
          <ActButton
            variant="default"
            {...(it.suspended_at ? {} : { c: "var(--mantine-color-error)" })}
            reason={gone}
            onClick={standing.open}
          >
            {it.suspended_at ? "Resume" : "Suspend"}
          </ActButton>
          <ActButton variant="default" reason={gone} onClick={adjust.open}>
            Adjust credits
          </ActButton>
          <ActButton
            reason={gone}
            onClick={grant.open}
            leftSection={<IconPlus size={14} aria-hidden />}
          >
            Grant credits
          </ActButton>
        </>
      }
    >
      <Stack gap="lg">
        <Balance it={it} />
        <div className="panel pad">
          <Facts
            facts={[
              [
                "Address",
                <span key="address" className="mono">
                  /{it.slug}
                </span>,
              ],
              ["Id", <Id key="id" value={it.id} />],
              ["Kind", it.personal ? "Personal" : "Shared"],
              ["Made", <Time key="made" at={it.created_at} />],
              ["Made by", <Id key="by" value={it.created_by} />],
              ["Time zone", it.time_zone],
              ...when("Suspended", it.suspended_at),
              ...when("Deleted", it.deleted_at),
            ]}
          />
        </div>
      </Stack>
      <GrantCredits it={it} opened={grant.isOpen && !gone} onClose={grant.close} />
      <AdjustCredits it={it} opened={adjust.isOpen && !gone} onClose={adjust.close} />
      <Standing it={it} opened={standing.isOpen && !gone} onClose={standing.close} />
    </Frame>
  );
}

function when(label: string, at: string | null): [string, React.ReactNode][] {
  return at ? [[label, <Time key={label} at={at} />]] : [];
}

/** What it can spend, and where that came from. */
function Balance({ it }: { it: It }) {
  const { available, held, by_source, next_expiry } = it.credits;
  const sources = Object.entries(by_source);
  return (
    <section className="panel pad" aria-labelledby="credits">
      <Group justify="space-between" align="baseline" mb="md">
        <Title order={2} id="credits">
          Credits
        </Title>
        {next_expiry && (
          <Text size="sm" c="dimmed">
            <Credits value={next_expiry.credits} unit /> end <Time at={next_expiry.at} />
          </Text>
        )}
      </Group>
      <Facts
        facts={[
          [
            "Available",
            <Text key="available" component="span" fw={600} size="xl">
              <Credits value={available} />
            </Text>,
          ],
          ["Set aside for calls under way", <Credits key="held" value={held} />],
          ...sources.map(([source, credits]): [string, React.ReactNode] => [
            `From: ${sourceName(source)}`,
            <Credits key={source} value={credits} />,
          ]),
        ]}
      />
    </section>
  );
}
