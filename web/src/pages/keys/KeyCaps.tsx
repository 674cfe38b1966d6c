import { Button, Group, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Credits } from "~/ui/Credits";
import type { Cap } from "../credits/credits";
import { SetCap } from "../credits/SetCap";
import type { Key } from "./key";

/** How much the key may spend, and has spent of it. */
export function KeyCaps({ it, off }: { it: Key; off: string | null }) {
  const { ws, may, reason } = useWorkspace();
  const [isSetting, setSetting] = useState<Cap | "new" | null>(null);
  const caps = useRead("/v1/caps", {}, { live: LIVE_MS.slow, enabled: may("credits:read") });
  const own = caps.data?.items.filter(({ subject_id }) => subject_id === it.id) ?? [];
  const notAllowed = off ?? reason("billing:manage");
  if (!may("credits:read") || !caps.data) return null;
  return (
    <div className="panel pad">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Spending caps</Title>
        <ActButton
          size="xs"
          variant="default"
          reason={notAllowed}
          onClick={() => setSetting("new")}
        >
          Set cap
        </ActButton>
      </Group>
      {own.length === 0 && (
        <Text c="dimmed">It may spend what the workspace has. A cap ends it before that.</Text>
      )}
      {own.map((cap) => (
        <Group key={cap.period} gap="xs">
          <Text>
            <Credits value={cap.used} /> of <Credits value={cap.credits} unit /> per {cap.period}
          </Text>
          <ActButton
            size="xs"
            variant="subtle"
            reason={notAllowed}
            aria-label={`Change the cap per ${cap.period}`}
            onClick={() => setSetting(cap)}
          >
            Change
          </ActButton>
        </Group>
      ))}
      {own.length > 0 && (
        <Button component={Link} to={paths.caps(ws)} size="xs" variant="subtle" px={0}>
          All caps
        </Button>
      )}
      <SetCap
        opened={isSetting !== null}
        cap={isSetting === "new" ? null : isSetting}
        of={{ subject_kind: "key", subject_id: it.id }}
        name={it.name}
        onClose={() => setSetting(null)}
      />
    </div>
  );
}
