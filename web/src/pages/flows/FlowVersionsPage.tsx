import { Anchor, Box, Group, Stack, Text } from "@mantine/core";
import { IconVersions } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ActorName, useActorNames } from "~/components/actors";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { DeployDialog } from "./DeployDialog";
import { useFlow } from "./flow";

type Version = Schemas["FlowVersion"];

export function Component() {
  const flow = useFlow();
  const { ws, reason } = useWorkspace();
  const { cursor } = useFilters();
  const [deploying, setDeploying] = useState<number | null>(null);
  const query = useRead(
    "/v1/flows/{flow}/versions",
    { path: { flow: flow.id }, query: { limit: 50, ...(cursor ? { cursor } : {}) } },
    { keep: true },
  );
  const nameOf = useActorNames(query.data?.items.map((version) => version.author));
  const columns: Column<Version>[] = [
    {
      title: "Version",
      cell: (version) => (
        <Group gap={8}>
          <Anchor
            component={Link}
            underline="hover"
            to={paths.flowVersion(ws, flow.slug, version.number)}
            fw={500}
            inherit
          >
            v{version.number}
          </Anchor>
          {version.label && (
            <Badge tone="quiet" verbatim>
              {version.label}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      title: "Comment",
      wraps: true,
      cell: (version) => (
        <>
          <Text inherit lineClamp={2} c={version.comment ? undefined : "dimmed"}>
            {version.comment || "No comment"}
          </Text>
          {version.live.length > 0 && (
            <Box mt={4} className="narrow-only">
              <LiveIn version={version} />
            </Box>
          )}
        </>
      ),
    },
    { title: "Live in", wideOnly: true, cell: (version) => <LiveIn version={version} /> },
    {
      title: "By",
      wraps: true,
      wideOnly: true,
      cell: (version) => <ActorName actor={version.author} nameOf={nameOf} />,
    },
    { title: "Saved", wideOnly: true, cell: (version) => <Time at={version.created_at} /> },
    {
      title: "Actions",
      hidden: true,
      numeric: true,
      cell: (version) => (
        <ActButton
          size="compact-sm"
          variant="default"
          reason={reason("flows:deploy")}
          aria-label={`Deploy version ${version.number}`}
          onClick={() => setDeploying(version.number)}
        >
          Deploy
        </ActButton>
      ),
    },
  ];
  return (
    <>
      <ListTable
        label="Versions"
        query={query}
        columns={columns}
        rowKey={(version) => version.id}
        empty={
          <EmptyState icon={IconVersions} title="No versions yet">
            A version is a snapshot that never changes. Save one in the editor, then deploy it to an
            environment.
          </EmptyState>
        }
      />
      <DeployDialog
        flow={flow}
        asked={deploying === null ? null : { version: deploying }}
        onClose={() => setDeploying(null)}
      />
    </>
  );
}

export function LiveIn({ version }: { version: Version }) {
  if (version.live.length === 0)
    return (
      <Text inherit c="dimmed">
        —
      </Text>
    );
  return (
    <Stack gap={4} align="flex-start">
      {version.live.map((place) => (
        <Badge key={place.environment} tone="good" verbatim>
          {place.environment_name}
        </Badge>
      ))}
    </Stack>
  );
}
