import { Select, Stack, Text } from "@mantine/core";
import type { Schemas } from "~/api/types";
import { FormDialog } from "~/ui/FormDialog";
import { OVERLAPS } from "./credential";
import { FormEnd, useSubmit } from "./form";

interface Props<T> {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What it is: "key", "token". */
  what: string;
  send: (body: Schemas["CredentialRotate"]) => Promise<T>;
  onDone: (made: T) => void;
}

/** Replaces a credential by a new one with the same rights; the old one may live on for a while. */
export function RotateCredential<T>({ opened, title, ...rest }: Props<T>) {
  return (
    <FormDialog opened={opened} onClose={rest.onClose} title={title}>
      <Fields {...rest} />
    </FormDialog>
  );
}

function Fields<T>({ onClose, what, send, onDone }: Omit<Props<T>, "opened" | "title">) {
  const form = useSubmit({
    initialValues: { overlap: "86400" },
    pointers: { "/overlap_seconds": "overlap" },
    guard: false,
    send: ({ overlap }) => send({ overlap_seconds: Number(overlap) }),
    onDone,
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <Text>
          A new {what} with the same name, rights and limits is made and shown once. Put it where
          the old one is used before the old one ends.
        </Text>
        <Select
          label={`The old ${what} lives on for`}
          data={OVERLAPS}
          allowDeselect={false}
          {...form.field("overlap")}
        />
        <FormEnd form={form} act={`Rotate ${what}`} onCancel={onClose} />
      </Stack>
    </form>
  );
}
