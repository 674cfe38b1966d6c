import { Stack } from "@mantine/core";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { FormDialog } from "~/ui/FormDialog";
import { TokenFields } from "./TokenFields";
import { NEW_TOKEN, toBody, validate } from "./token";

interface Props {
  opened: boolean;
  onClose: () => void;
  onDone: (token: Schemas["NewServiceToken"]) => void;
}

/** Makes a service token. */
export function CreateToken({ opened, onClose, onDone }: Props) {
  return (
    <FormDialog side opened={opened} onClose={onClose} title="Create service token">
      <Fields onClose={onClose} onDone={onDone} />
    </FormDialog>
  );
}

function Fields({ onClose, onDone }: Omit<Props, "opened">) {
  const create = useWrite("post", "/v1/operator/service-tokens", {
    invalidates: ["/v1/operator/service-tokens"],
  });
  const form = useSubmit({
    initialValues: NEW_TOKEN,
    validate,
    send: (values) => create.mutateAsync({ body: toBody(values) }),
    onDone,
  });
  return (
    <form {...form.props}>
      <Stack gap="md">
        <TokenFields form={form} />
        <FormEnd form={form} act="Create token" onCancel={onClose} />
      </Stack>
    </form>
  );
}
