import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { maskOf, STATUSES, type Status, toneOf } from "~/components/credential";
import { ListTable } from "~/components/ListTable";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog, useFilters } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { CreateToken } from "./CreateToken";
import { TokenShownOnce } from "./TokenShownOnce";

export function Component() {
  const filters = useFilters("status");
  const { status } = filters.values;
  const list = useRead(
    "/v1/operator/service-tokens",
    {
      query: {
        ...(status ? { status: status as Status } : {}),
        ...(filters.cursor ? { cursor: filters.cursor } : {}),
      },
    },
    { live: LIVE_MS.slow, keep: true },
  );
  const dialog = useDialog("new");
  const [made, setMade] = useState<Schemas["NewServiceToken"] | null>(null);
  const create = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={dialog.open}>
      Create token
    </Button>
  );
  return (
    <Frame
      title="Service tokens"
      about="With a service token your own systems verify calls, grant credits or read metrics of this instance."
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
      </Group>
      <ListTable
        label="Service tokens"
        query={list}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Name",
            wraps: true,
            cell: (token) => (
              <Stack gap={0}>
                <Link to={paths.operator.serviceToken(token.id)} className="plain-link">
                  <strong>{token.name}</strong>
                </Link>
                <Text component="span" c="dimmed" className="mono">
                  {maskOf(token)}
                </Text>
              </Stack>
            ),
          },
          {
            title: "Permissions",
            wideOnly: true,
            cell: ({ permissions }) => (
              <Group gap={4} maw={320}>
                {permissions.map((name) => (
                  <Badge key={name} tone="quiet" verbatim>
                    {name.replace("operator:", "")}
                  </Badge>
                ))}
              </Group>
            ),
          },
          {
            title: "State",
            cell: ({ status }) => <Badge tone={toneOf(status)}>{status}</Badge>,
          },
          {
            title: "Last used",
            wideOnly: true,
            cell: ({ last_used_at }) => <Time at={last_used_at} />,
          },
          { title: "Expires", wideOnly: true, cell: ({ expires_at }) => <Time at={expires_at} /> },
        ]}
        empty={
          filters.any ? (
            <EmptyState
              icon={IconRobot}
              title="No token fits"
              action={
                <Button variant="default" onClick={filters.clear}>
                  Show all tokens
                </Button>
              }
            >
              There are service tokens, but none of this state.
            </EmptyState>
          ) : (
            <EmptyState icon={IconRobot} title="No service token yet" action={create}>
              Your API asks with it, in one call, whether a key may do something and takes the
              credits for it. Give it only the permissions that it needs.
            </EmptyState>
          )
        }
      />
      <CreateToken
        opened={dialog.isOpen}
        onClose={dialog.close}
        onDone={(token) => {
          dialog.close();
          setMade(token);
        }}
      />
      <TokenShownOnce made={made} onClose={() => setMade(null)} />
    </Frame>
  );
}
