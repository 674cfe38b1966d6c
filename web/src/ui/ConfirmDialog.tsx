import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useFocusBack } from "./focus";
import { useLast } from "./last";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The act: "Revoke key". */
  act: string;
  /** For dangerous acts: what must be typed. */
  name?: string;
  /** It puts something right and takes nothing away. */
  harmless?: boolean;
  busy?: boolean;
  /** What went wrong, if it did. */
  problem?: ReactNode;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back; asks for the name if `name` is given. */
export function ConfirmDialog(props: Props) {
  const { opened, onClose } = props;
  // What it was about may be done and gone by then; while it closes it says what it said.
  const shown = useLast(opened ? props : null) ?? props;
  useFocusBack(opened);
  return (
    <Modal opened={opened} onClose={onClose} title={shown.title} size="md">
      <Body {...shown} />
    </Modal>
  );
}

function Body({ onClose, children, act, name, harmless, busy, problem, onConfirm }: Props) {
  const [typed, setTyped] = useState("");
  const isSure = name === undefined || typed.trim() === name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure && !busy) onConfirm();
      }}
    >
      <Stack gap="sm">
        <Text component="div">{children}</Text>
        {name !== undefined && (
          <TextInput
            label={
              <>
                Type <strong>{name}</strong> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {problem}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(harmless ? {} : { color: "red" })}
            loading={busy}
            disabled={!isSure}
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
