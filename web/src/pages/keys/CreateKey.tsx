import { Stack } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { FormDialog } from "~/ui/FormDialog";
import { KeyFields } from "./KeyFields";
import { NEW_KEY, toBody, toCap, validate } from "./key";
import { ShownOnce } from "./ShownOnce";

/** A new key, and why it has not the cap that it was to have. */
interface Made {
  key: Schemas["NewKey"];
  capError: unknown;
}

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Makes a key, and shows it this once. */
export function CreateKey({ opened, onClose }: Props) {
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <FormDialog side opened={opened} onClose={onClose} title="Create API key">
        <Fields
          onClose={onClose}
          onDone={(now) => {
            onClose();
            setMade(now);
          }}
        />
      </FormDialog>
      <ShownOnce made={made?.key ?? null} capError={made?.capError} onClose={() => setMade(null)} />
    </>
  );
}

function Fields({ onClose, onDone }: { onClose: () => void; onDone: (made: Made) => void }) {
  const create = useWrite("post", "/v1/keys", { invalidates: ["/v1/keys"] });
  const setCap = useWrite("put", "/v1/caps", { invalidates: ["/v1/caps"] });
  const form = useSubmit({
    initialValues: NEW_KEY,
    validate,
    send: async (values): Promise<Made> => {
      const key = await create.mutateAsync({ body: toBody(values) });
      const cap = toCap(values, key.id);
      // Nobody knows the key before it is shown, so it spends nothing before its cap is there.
      const capError = cap && (await setCap.mutateAsync({ body: cap }).then(() => null, capture));
      return { key, capError };
    },
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

const capture = (error: unknown) => error;
