import { Select, Stack, Text } from "@mantine/core";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { FormDialog } from "~/ui/FormDialog";
import { type Key, OVERLAPS } from "./key";

interface Props {
  it: Key;
  opened: boolean;
  onClose: () => void;
  onDone: (key: Schemas["NewKey"]) => void;
}

/** Replaces a key by a new one with the same rights; the old one may live on for a while. */
export function RotateKey({ it, opened, onClose, onDone }: Props) {
  return (
    <FormDialog opened={opened} onClose={onClose} title="Rotate API key">
      <Fields it={it} onClose={onClose} onDone={onDone} />
    </FormDialog>
  );
}

function Fields({ it, onClose, onDone }: Omit<Props, "opened">) {
  const rotate = useWrite("post", "/v1/keys/{key}/rotate", {
    invalidates: ["/v1/keys", "/v1/keys/{key}"],
  });
  const form = useSubmit({
    initialValues: { overlap: "86400" },
    pointers: { "/overlap_seconds": "overlap" },
    guard: false,
    send: ({ overlap }) =>
      rotate.mutateAsync({ path: { key: it.id }, body: { overlap_seconds: Number(overlap) } }),
    onDone,
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <Text>
          A new key with the same name, rights and limits is made and shown once. Put it where the
          old one is used before the old one ends.
        </Text>
        <Select
          label="The old key lives on for"
          data={OVERLAPS}
          allowDeselect={false}
          {...form.field("overlap")}
        />
        <FormEnd form={form} act="Rotate key" onCancel={onClose} />
      </Stack>
    </form>
  );
}
