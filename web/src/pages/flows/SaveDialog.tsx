import { Button, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { Refused } from "~/api/error";
import { placeErrors } from "~/api/fields";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormDialog, useFormDialog } from "~/ui/FormDialog";

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
    <FormDialog opened={props.opened} onClose={props.onClose} title={`Save version ${props.next}`}>
      <Fields {...props} />
    </FormDialog>
  );
}

function Fields({ busy, error, onSave }: Props) {
  const [comment, setComment] = useState("");
  const [label, setLabel] = useState("");
  const close = useFormDialog(comment !== "" || label !== "");
  const fields = error instanceof Refused ? error.fields : [];
  const { errors, rest } = placeErrors(fields, ["comment", "label"]);
  const isAllPlaced = fields.length > 0 && rest.length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSave(comment.trim(), label.trim());
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
          error={errors.comment}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <TextInput
          label="Label"
          placeholder="spring-prices"
          description="A short mark, if you like."
          maxLength={60}
          error={errors.label}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && !isAllPlaced && <ErrorPanel error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
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
