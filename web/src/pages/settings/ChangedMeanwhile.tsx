import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { Table } from "~/ui/Table";
import { type Difference, differences, LABELS, type SettingsValues } from "./settings";

interface Props {
  /** What both began with. */
  before: SettingsValues;
  mine: SettingsValues;
  /** What somebody else saved; null while nobody did. */
  theirs: SettingsValues | null;
  onClose: () => void;
  onTake: () => void;
  onKeep: () => void;
}

/** Somebody else saved first: both sides, and the choice between them. */
export function ChangedMeanwhile({ before, mine, theirs, onClose, onTake, onKeep }: Props) {
  return (
    <Modal
      opened={theirs !== null}
      onClose={onClose}
      title="Somebody else saved in the meantime"
      size="lg"
    >
      {theirs && (
        <Stack gap="sm">
          <Text>
            Nothing of yours is lost and nothing of theirs was overwritten. Keeping your changes
            takes what the other person changed elsewhere along; look at it and save again.
          </Text>
          <Table
            label="Both sides"
            rows={differences(before, mine, theirs)}
            rowKey={({ field }) => field}
            columns={[
              { title: "Field", cell: ({ field }: Difference) => LABELS[field] },
              { title: "Yours", cell: (one: Difference) => <Side text={one.mine} /> },
              { title: "Saved now", cell: (one: Difference) => <Side text={one.theirs} /> },
            ]}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onTake}>
              Discard mine
            </Button>
            <Button onClick={onKeep} data-autofocus>
              Keep my changes
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Side({ text }: { text: string }) {
  return text ? (
    <span style={{ overflowWrap: "anywhere" }}>{text}</span>
  ) : (
    <Text component="span" c="dimmed">
      Empty
    </Text>
  );
}
