import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ActorName, useActorNames } from "~/components/actors";
import { ErrorPanel } from "~/components/ErrorPanel";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { useFilters } from "~/ui/filters";
import { type Column, Table } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { DeployDialog } from "./DeployDialog";
import { useFlow } from "./flow";

type Deployment = Schemas["Deployment"];
type Environment = Schemas["Environment"];

export function Component() {
  const flow = useFlow();
  const { reason, may } = useWorkspace();
  const { cursor } = useFilters();
  const [asked, setAsked] = useState<{ version?: number | undefined; environment?: string } | null>(
    null,
  );
  const environments = useRead(
    "/v1/environments",
    { query: { limit: 200 } },
    { enabled: may("environments:read") },
  );
  const history = useRead(
    "/v1/flows/{flow}/deployments",
    { path: { flow: flow.id }, query: { limit: 50, ...(cursor ? { cursor } : {}) } },
    { keep: true, live: LIVE_MS.slow },
  );
  const nameOf = useActorNames(history.data?.items.map((one) => one.created_by));
  const why =
    reason("flows:deploy") ??
    (flow.latest_version === null ? "Save a version in the editor first." : null);
  return (
    <Stack gap="xl">
      <section aria-label="What is live">
        <Title order={2} mb="xs">
          What is live
        </Title>
        {environments.error && !environments.data && (
          <ErrorPanel error={environments.error} onRetry={() => void environments.refetch()} />
        )}
        {!environments.error && (
          <Places environments={environments.data?.items} why={why} onDeploy={setAsked} />
        )}
      </section>
      <section aria-label="History">
        <Title order={2} mb="xs">
          History
        </Title>
        <ListTable
          label="Deployments"
          query={history}
          columns={columns(flow.slug, nameOf, why, setAsked)}
          rowKey={(one) => one.id}
          empty={
            <EmptyState icon={IconRocket} title="Not deployed yet">
              A deployment makes a version live in an environment, until the next one takes its
              place.
            </EmptyState>
          }
        />
      </section>
      <DeployDialog flow={flow} asked={asked} onClose={() => setAsked(null)} />
    </Stack>
  );
}

type Ask = (asked: { version?: number | undefined; environment?: string }) => void;

interface PlacesProps {
  environments: Environment[] | undefined;
  why: string | null;
  onDeploy: Ask;
}

function Places({ environments, why, onDeploy }: PlacesProps) {
  const flow = useFlow();
  const { ws, may } = useWorkspace();
  const liveIn = (one: Environment) => flow.live.find((place) => place.environment === one.id);
  // Who may not list environments sees at least where it is live.
  const shown = may("environments:read")
    ? environments
    : flow.live.map(
        (place): Environment => ({
          id: place.environment,
          name: place.environment_name,
          position: 0,
          protected_at: null,
          created_at: place.since,
        }),
      );
  const columns: Column<Environment>[] = [
    {
      title: "Environment",
      cell: (one) => (
        <Text inherit fw={500}>
          {one.name}
        </Text>
      ),
    },
    {
      title: "Live version",
      cell: (one) => {
        const place = liveIn(one);
        if (!place)
          return (
            <Text inherit c="dimmed">
              Nothing
            </Text>
          );
        const isBehind = flow.latest_version !== null && place.version < flow.latest_version;
        return (
          <Group gap={8} wrap="nowrap">
            <Anchor
              component={Link}
              underline="hover"
              to={paths.flowVersion(ws, flow.slug, place.version)}
              inherit
            >
              v{place.version}
            </Anchor>
            {isBehind && <Badge tone="warn" verbatim>{`v${flow.latest_version} is newer`}</Badge>}
          </Group>
        );
      },
    },
    { title: "Since", wideOnly: true, cell: (one) => <Time at={liveIn(one)?.since} never="—" /> },
    {
      title: "Actions",
      hidden: true,
      numeric: true,
      cell: (one) => (
        <ActButton
          size="compact-sm"
          variant="default"
          reason={why}
          aria-label={`Deploy to ${one.name}`}
          onClick={() => onDeploy({ environment: one.name })}
        >
          Deploy
        </ActButton>
      ),
    },
  ];
  return (
    <Table
      label="Environments"
      columns={columns}
      rows={shown}
      rowKey={(one) => one.id}
      skeletonRows={3}
    />
  );
}

function columns(
  flow: string,
  nameOf: (actor: Deployment["created_by"]) => string,
  why: string | null,
  onDeploy: Ask,
): Column<Deployment>[] {
  return [
    { title: "Version", cell: (one) => <VersionLink flow={flow} number={one.version} /> },
    { title: "Environment", cell: (one) => one.environment_name },
    {
      title: "State",
      cell: (one) =>
        one.replaced_at === null ? (
          <Badge tone="good">Live</Badge>
        ) : (
          <Badge tone="quiet">Replaced</Badge>
        ),
    },
    {
      title: "Note",
      wraps: true,
      wideOnly: true,
      cell: (one) => (
        <Text inherit lineClamp={2}>
          {one.note || "—"}
        </Text>
      ),
    },
    {
      title: "By",
      wraps: true,
      wideOnly: true,
      cell: (one) => <ActorName actor={one.created_by} nameOf={nameOf} />,
    },
    { title: "Deployed", wideOnly: true, cell: (one) => <Time at={one.created_at} /> },
    {
      title: "Actions",
      hidden: true,
      numeric: true,
      cell: (one) =>
        one.replaced_at !== null && (
          <ActButton
            size="compact-sm"
            variant="subtle"
            color="gray"
            reason={why}
            aria-label={`Roll ${one.environment_name} back to version ${one.version}`}
            onClick={() => onDeploy({ version: one.version, environment: one.environment_name })}
          >
            Roll back
          </ActButton>
        ),
    },
  ];
}

function VersionLink({ flow, number }: { flow: string; number: number }) {
  const { ws } = useWorkspace();
  return (
    <Anchor
      component={Link}
      underline="hover"
      to={paths.flowVersion(ws, flow, number)}
      inherit
      fw={500}
    >
      v{number}
    </Anchor>
  );
}
