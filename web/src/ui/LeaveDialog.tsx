import { Button, Group, Modal, Text } from "@mantine/core";

interface Props {
  opened: boolean;
  onStay: () => void;
  onLeave: () => void;
}

/** Asks before unsaved changes are lost by going elsewhere, or by closing what they stand in. */
export function LeaveDialog({ opened, onStay, onLeave }: Props) {
  return (
    // Above the dialog that it is about.
    <Modal opened={opened} onClose={onStay} title="Leave without saving?" size="sm" zIndex={250}>
      <Text>What you changed has not been saved.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onStay} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={onLeave}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
