import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useState } from "react";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ListTable } from "~/components/ListTable";
import { ShownOnce } from "~/components/ShownOnce";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog, useFilters } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { CreateToken } from "./CreateToken";
import { stateOf, type Token, toneOf } from "./token";

type Made = Schemas["NewServiceToken"];

export function Component() {
  const { cursor } = useFilters();
  const list = useRead(
    "/v1/operator/service-tokens",
    { query: cursor ? { cursor } : {} },
    { live: LIVE_MS.slow, keep: true },
  );
  const dialog = useDialog("new");
  const [made, setMade] = useState<Made | null>(null);
  const [isShown, setShown] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
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
      <ListTable
        label="Service tokens"
        query={list}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Name",
            wraps: true,
            cell: ({ name, prefix, last_four }) => (
              <Stack gap={0}>
                <strong>{name}</strong>
                <Text component="span" c="dimmed" className="mono">
                  {prefix}…{last_four}
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
            cell: (token) => <Badge tone={toneOf[stateOf(token)]}>{stateOf(token)}</Badge>,
          },
          {
            title: "Last used",
            wideOnly: true,
            cell: ({ last_used_at }) => <Time at={last_used_at} />,
          },
          { title: "Expires", wideOnly: true, cell: ({ expires_at }) => <Time at={expires_at} /> },
          {
            title: "Acts",
            hidden: true,
            numeric: true,
            cell: (token) =>
              token.revoked_at ? null : (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Revoke ${token.name}`}
                  onClick={() => setRevoking(token)}
                >
                  Revoke
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState icon={IconRobot} title="No service token yet" action={create}>
            Your API asks with it, in one call, whether a key may do something and takes the credits
            for it. Give it only the permissions that it needs.
          </EmptyState>
        }
      />
      <CreateToken
        opened={dialog.isOpen}
        onClose={dialog.close}
        onDone={(token) => {
          dialog.close();
          setMade(token);
          setShown(true);
        }}
      />
      <ShownOnce
        opened={isShown}
        onClose={() => {
          setShown(false);
          setMade(null);
        }}
        title="Your new service token"
        what="token"
        name={made?.name ?? ""}
        secret={made?.token ?? undefined}
      />
      <RevokeToken it={revoking} onClose={() => setRevoking(null)} />
    </Frame>
  );
}

function RevokeToken({ it, onClose }: { it: Token | null; onClose: () => void }) {
  const revoke = useWrite("post", "/v1/operator/service-tokens/{service_token}/revoke", {
    invalidates: ["/v1/operator/service-tokens"],
    onDone: ({ name }) => {
      notifications.show({ message: `${name} was revoked.` });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={it !== null}
      onClose={onClose}
      title="Revoke service token"
      act="Revoke token"
      name={it?.name ?? ""}
      write={revoke}
      send={it && { path: { service_token: it.id } }}
    >
      Every system that uses it is refused from this moment on. It cannot be taken back; make
      another token and put it in place first.
    </ConfirmWrite>
  );
}
