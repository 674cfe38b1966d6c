import { Drawer, Stack } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { KeyFields } from "./KeyFields";
import { NEW_KEY, toBody, validate } from "./key";
import { ShownOnce } from "./ShownOnce";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Makes a key, and shows it this once. */
export function CreateKey({ opened, onClose }: Props) {
  const [made, setMade] = useState<Schemas["NewKey"] | null>(null);
  return (
    <>
      <Drawer opened={opened} onClose={onClose} title="Create API key" position="right" size="md">
        <Fields
          onClose={onClose}
          onDone={(key) => {
            onClose();
            setMade(key);
          }}
        />
      </Drawer>
      <ShownOnce made={made} onClose={() => setMade(null)} />
    </>
  );
}

function Fields({
  onClose,
  onDone,
}: {
  onClose: () => void;
  onDone: (key: Schemas["NewKey"]) => void;
}) {
  const create = useWrite("post", "/v1/keys", { invalidates: ["/v1/keys"] });
  const form = useSubmit({
    initialValues: NEW_KEY,
    validate,
    send: (values) => create.mutateAsync({ body: toBody(values) }),
    onDone,
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <KeyFields form={form} isNew />
        <FormEnd form={form} act="Create key" onCancel={onClose} />
      </Stack>
    </form>
  );
}
