import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useActorNames } from "~/components/actors";
import { ErrorPanel } from "~/components/ErrorPanel";
import { useFocusBack } from "~/ui/focus";
import { TextDiff } from "~/ui/TextDiff";
import type { Clash } from "./useEditing";

interface Props {
  opened: boolean;
  clash: Clash | null;
  /** The text as it is on the page. */
  mine: string;
  busy: boolean;
  /** Why it could not be saved over the other side either. */
  error: unknown;
  onClose: () => void;
  onTakeTheirs: (clash: Clash) => void;
  onKeepMine: (clash: Clash) => void;
}

/** Somebody else saved first: both sides beside each other, and the choice between them. */
export function ConflictDialog(props: Props) {
  const { opened, clash, onClose } = props;
  useFocusBack(opened);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Somebody else saved in the meantime"
      size="min(76rem, 94vw)"
      // Above the dialog in which a version was about to be saved.
      zIndex={210}
    >
      {clash && <Sides {...props} clash={clash} />}
    </Modal>
  );
}

function Sides({
  clash,
  mine,
  busy,
  error,
  onClose,
  onTakeTheirs,
  onKeepMine,
}: Props & { clash: Clash }) {
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
      {error !== null && <ErrorPanel error={error} />}
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
