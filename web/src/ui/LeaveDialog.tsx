import { Button, Group, Modal, Text } from "@mantine/core";
import type { useUnsaved } from "./unsaved";

/** Asks before unsaved changes are lost by going elsewhere. */
export function LeaveDialog({ blocker }: { blocker: ReturnType<typeof useUnsaved> }) {
  return (
    <Modal
      opened={blocker.state === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      size="sm"
    >
      <Text>What you changed on this page has not been saved.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
