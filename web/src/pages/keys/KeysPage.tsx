import { Button, Group, Select } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { Link, type LoaderFunctionArgs } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import { maskOf, STATUSES, type Status, toneOf } from "~/components/credential";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog, useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { CreateKey } from "./CreateKey";
import type { Key } from "./key";

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch("/v1/environments", { workspace: params.workspace, query: { limit: 200 } });

const columns = (ws: string): Column<Key>[] => [
  {
    title: "Name",
    wraps: true,
    cell: ({ id, name, kind }) => (
      <Group gap="xs" wrap="nowrap">
        <Link to={paths.key(ws, id)} className="plain-link">
          <strong>{name}</strong>
        </Link>
        {kind === "test" && <Badge tone="quiet">test</Badge>}
      </Group>
    ),
  },
  { title: "Key", wideOnly: true, cell: (key) => <span className="mono">{maskOf(key)}</span> },
  {
    title: "Permissions",
    wideOnly: true,
    cell: ({ permissions: [first, ...more] }) =>
      more.length ? `${first} and ${more.length} more` : first,
  },
  { title: "State", cell: ({ status }) => <Badge tone={toneOf(status)}>{status}</Badge> },
  { title: "Last used", cell: ({ last_used_at }) => <Time at={last_used_at} /> },
  { title: "Expires", wideOnly: true, cell: ({ expires_at }) => <Time at={expires_at} /> },
  { title: "Created", wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
];

export function Component() {
  const { ws, reason } = useWorkspace();
  const filters = useFilters("status", "kind");
  const dialog = useDialog("new");
  const { status, kind } = filters.values;
  const list = useRead(
    "/v1/keys",
    {
      query: {
        ...(status ? { status: status as Status } : {}),
        ...(kind ? { kind: kind as Key["kind"] } : {}),
        ...(filters.cursor ? { cursor: filters.cursor } : {}),
      },
    },
    { live: LIVE_MS.slow, keep: true },
  );
  const create = (
    <ActButton
      reason={reason("keys:create")}
      onClick={dialog.open}
      leftSection={<IconPlus size={14} aria-hidden />}
    >
      Create key
    </ActButton>
  );
  return (
    <Frame
      title="API keys"
      about="A key is this workspace towards the API: it calls flows and spends the shared credits."
      actions={create}
    >
      <Group gap="xs" mb="sm">
        <Select
          aria-label="State"
          placeholder="Every state"
          data={STATUSES}
          value={status ?? null}
          onChange={(value) => filters.set("status", value)}
          clearable
          w={150}
        />
        <Select
          aria-label="Kind"
          placeholder="Every kind"
          data={["live", "test"]}
          value={kind ?? null}
          onChange={(value) => filters.set("kind", value)}
          clearable
          w={150}
        />
      </Group>
      <ListTable
        label="API keys"
        query={list}
        columns={columns(ws)}
        rowKey={({ id }) => id}
        empty={
          filters.any ? (
            <EmptyState
              icon={IconKey}
              title="No key fits"
              action={
                <Button variant="default" onClick={filters.clear}>
                  Show all keys
                </Button>
              }
            >
              There are keys, but none of this state and kind.
            </EmptyState>
          ) : (
            <EmptyState icon={IconKey} title="No API key yet" action={create}>
              Your program sends a key with each call. Give it only the permissions that it needs;
              you can limit it to flows, environments and networks.
            </EmptyState>
          )
        }
      />
      <CreateKey opened={dialog.isOpen} onClose={dialog.close} />
    </Frame>
  );
}
