import { ActionIcon, Button, Group, Menu, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconDots, IconSearch, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { LIVE_MS, useRead } from "~/api/queries";
import type { User } from "~/api/types";
import { ListTable } from "~/components/ListTable";
import { useMe } from "~/components/me";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { type Act, ChangeUser } from "./ChangeUser";
import { offOf, standingQuery } from "./user";

export function Component() {
  const { data: me } = useMe();
  const filters = useFilters("standing", "email");
  const { standing, email } = filters.values;
  const list = useRead(
    "/v1/operator/users",
    {
      query: {
        ...standingQuery(standing),
        ...(email ? { email } : {}),
        ...(filters.cursor ? { cursor: filters.cursor } : {}),
      },
    },
    { live: LIVE_MS.slow, keep: true },
  );
  const [act, setAct] = useState<Act | null>(null);
  return (
    <Frame title="Users" about="Everybody with an account on this instance, the newest first.">
      <Group gap="xs" mb="sm">
        <Select
          aria-label="Standing"
          placeholder="Every standing"
          data={["operator", "disabled"]}
          value={standing ?? null}
          onChange={(value) => filters.set("standing", value)}
          clearable
          w={150}
        />
        <FindByMail
          key={email ?? ""}
          email={email ?? ""}
          onFind={(text) => filters.set("email", text)}
        />
      </Group>
      <ListTable
        label="Users"
        query={list}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Name",
            wraps: true,
            cell: (user) => (
              <Stack gap={0}>
                <Group gap="xs" wrap="nowrap">
                  <strong>{user.name}</strong>
                  {user.id === me?.id && <Badge tone="quiet">you</Badge>}
                </Group>
                <Text size="sm" c="dimmed">
                  {user.email}
                </Text>
              </Stack>
            ),
          },
          {
            title: "Standing",
            cell: ({ operator_since, disabled_at }) =>
              disabled_at ? (
                <Badge tone="bad">disabled</Badge>
              ) : operator_since ? (
                <Badge tone="busy">operator</Badge>
              ) : (
                <Badge tone="quiet">user</Badge>
              ),
          },
          {
            title: "Last sign-in",
            wideOnly: true,
            cell: ({ last_sign_in_at }) => <Time at={last_sign_in_at} />,
          },
          {
            title: "Signed up",
            wideOnly: true,
            cell: ({ created_at }) => <Time at={created_at} />,
          },
          {
            title: "Acts",
            hidden: true,
            numeric: true,
            cell: (user) => <Acts user={user} isMe={user.id === me?.id} onAct={setAct} />,
          },
        ]}
        empty={
          <EmptyState
            icon={IconUsers}
            title="No user fits"
            action={
              filters.any ? (
                <Button variant="default" onClick={filters.clear}>
                  Show all users
                </Button>
              ) : undefined
            }
          >
            There are users, but none of this standing and mail address.
          </EmptyState>
        }
      />
      <ChangeUser act={act} onClose={() => setAct(null)} />
    </Frame>
  );
}

/** The API finds a whole mail address, not parts of one. */
function FindByMail({ email, onFind }: { email: string; onFind: (email: string | null) => void }) {
  const [typed, setTyped] = useState(email);
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = typed.trim();
        const isMail = wanted === "" || /^[^\s@]+@[^\s@]+$/.test(wanted);
        setWrong(!isMail);
        if (isMail) onFind(wanted || null);
      }}
    >
      <TextInput
        aria-label="Mail address"
        placeholder="Whole mail address"
        type="email"
        value={typed}
        error={isWrong && "Type the whole mail address."}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setWrong(false);
        }}
        w={260}
        rightSection={
          <ActionIcon type="submit" variant="subtle" color="gray" size="sm" aria-label="Find">
            <IconSearch size={14} aria-hidden />
          </ActionIcon>
        }
      />
    </form>
  );
}

function Acts({ user, isMe, onAct }: { user: User; isMe: boolean; onAct: (act: Act) => void }) {
  const off = offOf(user, isMe);
  return (
    <Menu position="bottom-end" width={250} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Acts on ${user.email}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {user.disabled_at ? (
          <Menu.Item onClick={() => onAct({ what: "enable", user })}>Let in again</Menu.Item>
        ) : (
          <>
            <Item reason={off.promote} onClick={() => onAct({ what: "promote", user })}>
              Make operator
            </Item>
            <Item reason={off.disable} danger onClick={() => onAct({ what: "disable", user })}>
              Disable
            </Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Item({
  reason,
  danger,
  onClick,
  children,
}: {
  reason: string | null;
  danger?: boolean;
  onClick: () => void;
  children: string;
}) {
  return (
    <Menu.Item
      onClick={() => !reason && onClick()}
      closeMenuOnClick={!reason}
      aria-disabled={reason !== null}
      {...(danger && !reason ? { c: "var(--mantine-color-error)" } : {})}
    >
      {children}
      {reason && (
        <Text size="xs" c="dimmed">
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}
