import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ListTable } from "~/components/ListTable";
import { useSignOut } from "~/components/shell/useSignOut";
import { Badge } from "~/ui/Badge";
import { useFilters } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { describeAgent } from "./agent";

type Session = Schemas["List_Session"]["items"][number];

/** Where the person is signed in; any of it can be ended. */
export function Sessions() {
  const { cursor } = useFilters();
  const list = useRead(
    "/v1/me/sessions",
    { query: cursor ? { cursor } : {} },
    { live: LIVE_MS.slow, keep: true },
  );
  const [ending, setEnding] = useState<Session | null>(null);
  const signOut = useSignOut();
  const end = useWrite("delete", "/v1/me/sessions/{session}", {
    invalidates: ["/v1/me/sessions"],
    onDone: () => {
      setEnding(null);
      notifications.show({ message: "The session was ended." });
    },
  });
  return (
    <>
      <ListTable
        label="Sessions"
        query={list}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Browser",
            wraps: true,
            cell: ({ user_agent, current }) => (
              <Group gap="xs">
                <strong title={user_agent}>{describeAgent(user_agent)}</strong>
                {current && <Badge tone="good">this one</Badge>}
              </Group>
            ),
          },
          {
            title: "Address",
            wideOnly: true,
            cell: ({ address }) => <span className="mono">{address}</span>,
          },
          { title: "Last seen", cell: ({ last_seen_at }) => <Time at={last_seen_at} /> },
          { title: "Began", wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
          { title: "Ends", wideOnly: true, cell: ({ expires_at }) => <Time at={expires_at} /> },
          {
            title: "End",
            hidden: true,
            numeric: true,
            cell: (session) =>
              session.current ? (
                <Button size="xs" variant="default" onClick={() => void signOut()}>
                  Sign out
                </Button>
              ) : (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`End ${describeAgent(session.user_agent)}`}
                  onClick={() => {
                    end.reset();
                    setEnding(session);
                  }}
                >
                  End
                </Button>
              ),
          },
        ]}
        empty={<Text c="dimmed">You are signed in nowhere.</Text>}
      />
      <ConfirmWrite
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title="End session"
        act="End session"
        write={end}
        send={ending && { path: { session: ending.id } }}
      >
        {ending && (
          <Stack gap={4}>
            <Text>
              {describeAgent(ending.user_agent)} at <span className="mono">{ending.address}</span>{" "}
              is signed out with the next thing that it does.
            </Text>
          </Stack>
        )}
      </ConfirmWrite>
    </>
  );
}
