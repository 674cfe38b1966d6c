import { Stack, Text, Textarea, TextInput } from "@mantine/core";
import { FormEnd, useSubmit } from "~/components/form";
import { FormDialog } from "~/ui/FormDialog";

interface Props {
  opened: boolean;
  next: number;
  onClose: () => void;
  /** Answers whether it is saved; what stands in its way otherwise is shown elsewhere. */
  onSave: (comment: string, label: string) => Promise<boolean>;
}

/** Asks what a version is saved with. */
export function SaveDialog(props: Props) {
  return (
    <FormDialog opened={props.opened} onClose={props.onClose} title={`Save version ${props.next}`}>
      <Fields {...props} />
    </FormDialog>
  );
}

function Fields({ onClose, onSave }: Props) {
  const form = useSubmit({
    initialValues: { comment: "", label: "" },
    send: ({ comment, label }) => onSave(comment.trim(), label.trim()),
    onDone: (isSaved) => isSaved && onClose(),
  });
  return (
    <form {...form.props}>
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
          {...form.field("comment")}
        />
        <TextInput
          label="Label"
          placeholder="spring-prices"
          description="A short mark, if you like."
          maxLength={60}
          {...form.field("label")}
        />
        <FormEnd form={form} act="Save version" onCancel={onClose} />
      </Stack>
    </form>
  );
}
