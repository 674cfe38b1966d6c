import { Avatar, Button, Group } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { Link } from "react-router";
import { prefetch, read, useRead } from "~/api/queries";
import { CreateWorkspace } from "~/components/CreateWorkspace";
import { ListTable } from "~/components/ListTable";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog, useFilters } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { DeletedWorkspaces } from "./DeletedWorkspaces";

const PAGE = 50;

export const loader = () => prefetch("/v1/me/workspaces", { query: { limit: 200 } });

export function Component() {
  const { cursor } = useFilters();
  const list = useRead(
    "/v1/me/workspaces",
    { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
    { keep: true },
  );
  const rows = list.data?.items ?? [];
  const credits = useQueries({
    queries: rows.map(({ slug }) => read("/v1/credits", { workspace: slug })),
  });
  const creditsOf = new Map(rows.map(({ id }, index) => [id, credits[index]?.data?.available]));
  const dialog = useDialog("new");
  const create = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={dialog.open}>
      Create workspace
    </Button>
  );
  return (
    <Frame
      title="Workspaces"
      about="A workspace owns keys, credits, flows and members. You can be in any number of them."
      actions={create}
    >
      <ListTable
        label="Workspaces"
        query={list}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Name",
            wraps: true,
            cell: ({ name, slug, suspended_at }) => (
              <Group gap="sm" wrap="nowrap">
                <Avatar size={26} radius="sm" name={name} color="guild" className="avatar" />
                <Link to={paths.overview(slug)} className="plain-link">
                  <strong>{name}</strong>
                </Link>
                {suspended_at && <Badge tone="warn">suspended</Badge>}
              </Group>
            ),
          },
          {
            title: "Address",
            wraps: true,
            wideOnly: true,
            cell: ({ slug }) => <span className="mono">/{slug}</span>,
          },
          { title: "Role", cell: ({ role }) => role },
          {
            title: "Credits",
            numeric: true,
            cell: ({ id }) => {
              const available = creditsOf.get(id);
              return available === undefined ? "–" : <Credits value={available} />;
            },
          },
          { title: "Made", wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
        ]}
        empty={
          <EmptyState icon={IconBuilding} title="No workspace yet" action={create}>
            Keys, credits and flows live in a workspace. Make one, or ask somebody to invite you to
            theirs.
          </EmptyState>
        }
      />
      <DeletedWorkspaces />
      <CreateWorkspace opened={dialog.isOpen} onClose={dialog.close} />
    </Frame>
  );
}
