import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { ErrorPanel } from "~/components/ErrorPanel";

interface Props {
  opened: boolean;
  next: number;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSave: (comment: string, label: string) => void;
}

/** Asks what a version is saved with. */
export function SaveDialog(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Save version ${props.next}`}
      size="md"
    >
      <Fields {...props} />
    </Modal>
  );
}

function Fields({ busy, error, onClose, onSave }: Props) {
  const [comment, setComment] = useState("");
  const [label, setLabel] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(comment.trim(), label.trim());
      }}
    >
      <Stack gap="sm">
        <Text c="dimmed">
          A version never changes. It is live nowhere until somebody deploys it to an environment.
        </Text>
        <Textarea
          label="Comment"
          placeholder="What is different, and why"
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <TextInput
          label="Label"
          placeholder="spring-prices"
          description="A short mark, if you like."
          maxLength={60}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && <ErrorPanel error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Save version
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
