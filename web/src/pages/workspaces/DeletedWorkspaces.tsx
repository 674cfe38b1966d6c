import { Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { may } from "~/api/access";
import { useRead } from "~/api/queries";
import type { Workspace } from "~/api/types";
import { useWrite } from "~/api/write";
import { ErrorPanel } from "~/components/ErrorPanel";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Table } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { erasedAt, RESTORE_DAYS } from "../settings/settings";

/** The workspaces that were deleted lately, while there are any. */
export function DeletedWorkspaces() {
  const { data, error, refetch } = useRead("/v1/me/workspaces", {
    query: { deleted: true, limit: 200 },
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Stack gap="xs" component="section" mt="xl" aria-labelledby="deleted">
      <Title order={2} id="deleted">
        Deleted
      </Title>
      <Text c="dimmed">
        A deleted workspace is kept for {RESTORE_DAYS} days with all that it had. Nothing in it
        works until an owner restores it.
      </Text>
      <Table
        label="Deleted workspaces"
        rows={data.items}
        rowKey={({ id }) => id}
        columns={[
          { title: "Name", wraps: true, cell: ({ name }) => <strong>{name}</strong> },
          {
            title: "Address",
            wraps: true,
            wideOnly: true,
            cell: ({ slug }) => <span className="mono">/{slug}</span>,
          },
          { title: "Deleted", wideOnly: true, cell: ({ deleted_at }) => <Time at={deleted_at} /> },
          {
            title: "Erased",
            cell: ({ deleted_at }) => <Time at={deleted_at && erasedAt(deleted_at)} />,
          },
          { title: "Restore", hidden: true, numeric: true, cell: (row) => <Restore it={row} /> },
        ]}
      />
    </Stack>
  );
}

function Restore({ it }: { it: Workspace }) {
  const navigate = useNavigate();
  const restore = useWrite("post", "/v1/workspaces/{workspace}/restore", {
    invalidates: ["/v1/me/workspaces", "/v1/workspaces", "/v1/workspaces/{workspace}"],
    onDone: ({ name, slug }) => {
      notifications.show({ message: `${name} is back.` });
      void navigate(paths.overview(slug));
    },
  });
  return (
    <Stack gap={4} align="flex-end">
      <ActButton
        size="xs"
        variant="default"
        aria-label={`Restore ${it.name}`}
        loading={restore.isPending}
        reason={may(it.role, "workspace:delete") ? null : "Only an owner can restore it."}
        onClick={() => restore.mutate({ path: { workspace: it.id } })}
      >
        Restore
      </ActButton>
      {restore.error && <ErrorPanel error={restore.error} />}
    </Stack>
  );
}
