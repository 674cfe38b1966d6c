import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useActorNames } from "~/components/actors";
import { TextDiff } from "~/ui/TextDiff";
import type { Clash } from "./useEditing";

interface Props {
  clash: Clash | null;
  /** The text as it is on the page. */
  mine: string;
  busy: boolean;
  onClose: () => void;
  onTakeTheirs: (clash: Clash) => void;
  onKeepMine: (clash: Clash) => void;
}

/** Somebody else saved first: both sides beside each other, and the choice between them. */
export function ConflictDialog({ clash, onClose, ...rest }: Props) {
  return (
    <Modal
      opened={clash !== null}
      onClose={onClose}
      title="Somebody else saved in the meantime"
      size="min(76rem, 94vw)"
    >
      {clash && <Sides clash={clash} onClose={onClose} {...rest} />}
    </Modal>
  );
}

function Sides({ clash, mine, busy, onClose, onTakeTheirs, onKeepMine }: Props & { clash: Clash }) {
  const { conflict, about } = clash;
  const author = conflict.latest_author ?? null;
  const nameOf = useActorNames(author ? [author] : []);
  const who = author ? nameOf(author) : "Somebody else";
  const what = about === "version" ? `version ${conflict.latest}` : "a draft";
  const theirs = conflict.latest_definition ?? "";
  return (
    <Stack gap="sm">
      <Text>
        {who} saved {what} after you began. Nothing of yours is lost, and nothing was saved yet:
        look at both sides and decide.
      </Text>
      {theirs === mine ? (
        <Text c="dimmed">Both texts are the same.</Text>
      ) : (
        <TextDiff
          left={{ title: `Theirs: ${what}, by ${who}`, text: theirs }}
          right={{ title: "Yours", text: mine }}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Go on editing
        </Button>
        <Button variant="default" onClick={() => onTakeTheirs(clash)}>
          Take theirs
        </Button>
        <Button loading={busy} onClick={() => onKeepMine(clash)}>
          Save mine over it
        </Button>
      </Group>
    </Stack>
  );
}
