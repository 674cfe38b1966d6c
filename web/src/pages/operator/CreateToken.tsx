import { Checkbox, Stack, TextInput } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { FormDialog } from "~/ui/FormDialog";
import { NEW_TOKEN, PERMISSIONS, toBody } from "./token";
import { asEnd } from "./workspace";

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
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name by which you will know it again."),
      permissions: (chosen) =>
        chosen.length > 0 ? null : "A token without a permission can do nothing. Choose one.",
      expires_at: (at) => asEnd(at),
    },
    send: (values) => create.mutateAsync({ body: toBody(values) }),
    onDone,
  });
  return (
    <form {...form.props}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="The system that will use it."
          required
          maxLength={80}
          data-autofocus
          {...form.field("name")}
        />
        <Checkbox.Group
          label="Permissions"
          description="Only what that system needs."
          required
          {...form.field("permissions")}
        >
          <Stack gap="xs" mt="xs">
            {PERMISSIONS.map(([name, says]) => (
              <Checkbox
                key={name}
                value={name}
                label={<span className="mono">{name}</span>}
                description={says}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <DateTimePicker
          label="Expires"
          placeholder="Never"
          valueFormat="D MMM YYYY HH:mm"
          clearable
          minDate={new Date()}
          {...form.field("expires_at")}
        />
        <FormEnd form={form} act="Create token" onCancel={onClose} />
      </Stack>
    </form>
  );
}
