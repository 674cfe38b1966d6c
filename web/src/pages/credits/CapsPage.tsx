import { Flex, Progress, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconGauge, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { LIVE_MS, useRead } from "~/api/queries";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ListTable } from "~/components/ListTable";
import { type Asked, type NameOf, useNames } from "~/components/names";
import { useWorkspace } from "~/components/workspace";
import { ActButton } from "~/ui/ActButton";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { type Cap, filled } from "./credits";
import { SetCap } from "./SetCap";
import { tabs } from "./tabs";

export function Component() {
  const { ws, reason } = useWorkspace();
  const dialog = useDialog("new");
  const [changed, setChanged] = useState<Cap | null>(null);
  const [removed, setRemoved] = useState<Cap | null>(null);
  const caps = useRead("/v1/caps", {}, { live: LIVE_MS.slow });
  const names = useNames(caps.data?.items.flatMap(idsOf));
  const off = reason("billing:manage");
  const nameOf = (cap: Cap) => subjectName(cap, names);
  const set = (
    <ActButton reason={off} onClick={dialog.open} leftSection={<IconPlus size={14} aria-hidden />}>
      Set cap
    </ActButton>
  );
  return (
    <Frame
      title="Credits"
      about="A cap ends spending for a day or a month, before the credits do: of the workspace, or of one of its keys, flows, environments or people."
      tabs={tabs(ws)}
      actions={set}
    >
      <ListTable
        label="Caps"
        query={caps}
        rowKey={({ subject_kind, subject_id, period }) => `${subject_kind}-${subject_id}-${period}`}
        columns={columns(nameOf, off, setChanged, setRemoved)}
        empty={
          <EmptyState icon={IconGauge} title="No caps" action={set}>
            Without a cap, a call is refused only when no credits are left. Set one so that a
            mistake in a program cannot spend everything in a night.
          </EmptyState>
        }
      />
      <SetCap
        opened={dialog.isOpen || changed !== null}
        cap={changed}
        name={changed ? nameOf(changed) : ""}
        onClose={() => {
          if (dialog.isOpen) dialog.close();
          setChanged(null);
        }}
      />
      <RemoveCap
        cap={removed}
        name={removed ? nameOf(removed) : ""}
        onClose={() => setRemoved(null)}
      />
    </Frame>
  );
}

const WORDS: Record<Cap["subject_kind"], string> = {
  workspace: "The workspace",
  key: "API key",
  member: "Person",
  tenant: "Tenant",
  environment: "Environment",
  flow: "Flow",
};

function subjectName(
  { subject_kind, subject_id }: Pick<Cap, "subject_kind" | "subject_id">,
  names: NameOf,
): string {
  if (subject_kind === "workspace") return "The whole workspace";
  return names(subject_kind === "member" ? "user" : subject_kind, subject_id);
}

function idsOf({ subject_kind, subject_id }: Cap): Asked[] {
  if (subject_kind === "workspace") return [];
  return [{ kind: subject_kind === "member" ? "user" : subject_kind, id: subject_id }];
}

const columns = (
  nameOf: (cap: Cap) => string,
  off: string | null,
  change: (cap: Cap) => void,
  remove: (cap: Cap) => void,
): Column<Cap>[] => [
  {
    title: "Of",
    wraps: true,
    cell: (cap) => (
      <>
        <strong>{nameOf(cap)}</strong>
        <Text size="xs" c="dimmed">
          {cap.subject_kind !== "workspace" && `${WORDS[cap.subject_kind]}, `}per {cap.period}
        </Text>
      </>
    ),
  },
  {
    title: "Spent",
    width: "26%",
    wideOnly: true,
    cell: (cap) => (
      <Progress
        value={filled(cap)}
        color={filled(cap) >= 100 ? "red.7" : filled(cap) >= 80 ? "orange.7" : "guild.6"}
        aria-label={`Spent of the cap of ${nameOf(cap)} per ${cap.period}`}
      />
    ),
  },
  { title: "Used", numeric: true, cell: ({ used }) => <Credits value={used} /> },
  { title: "Held", numeric: true, wideOnly: true, cell: ({ held }) => <Credits value={held} /> },
  { title: "Cap", numeric: true, cell: ({ credits }) => <Credits value={credits} /> },
  { title: "Begins anew", wideOnly: true, cell: ({ resets_at }) => <Time at={resets_at} /> },
  {
    title: "Acts",
    hidden: true,
    cell: (cap) => (
      <Flex gap={4} justify="flex-end" direction={{ base: "column", sm: "row" }}>
        <ActButton
          size="xs"
          variant="default"
          reason={off}
          aria-label={`Change the cap of ${nameOf(cap)} per ${cap.period}`}
          onClick={() => change(cap)}
        >
          Change
        </ActButton>
        <ActButton
          size="xs"
          variant="default"
          reason={off}
          aria-label={`Remove the cap of ${nameOf(cap)} per ${cap.period}`}
          onClick={() => remove(cap)}
        >
          Remove
        </ActButton>
      </Flex>
    ),
  },
];

function subjectOf({ subject_kind, subject_id, period }: Cap) {
  return { subject_kind, period, ...(subject_kind === "workspace" ? {} : { subject_id }) };
}

function RemoveCap({ cap, name, onClose }: { cap: Cap | null; name: string; onClose: () => void }) {
  const remove = useWrite("delete", "/v1/caps", {
    invalidates: ["/v1/caps"],
    onDone: () => {
      notifications.show({ message: "The cap was removed." });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={cap !== null}
      onClose={onClose}
      title="Remove cap"
      act="Remove cap"
      write={remove}
      send={cap && { query: subjectOf(cap) }}
    >
      <Stack gap={4}>
        <Text>
          <strong>{name}</strong> can then spend all credits of the workspace, from the next call
          on.
        </Text>
      </Stack>
    </ConfirmWrite>
  );
}
