import { Checkbox, Stack, Textarea, TextInput } from "@mantine/core";
import type { useSubmit } from "~/components/form";
import { LimitFields } from "~/components/LimitFields";
import { PERMISSIONS, type TokenValues } from "./token";

interface Props {
  form: ReturnType<typeof useSubmit<TokenValues, unknown>>;
}

/** What a service token may do and from where; the same for a new one and for a change. */
export function TokenFields({ form }: Props) {
  return (
    <>
      <TextInput
        label="Name"
        description="The system that will use it."
        required
        maxLength={80}
        data-autofocus
        {...form.field("name")}
      />
      <Textarea
        label="Description"
        placeholder="Where it stands, and who looks after it"
        maxLength={500}
        autosize
        minRows={1}
        maxRows={6}
        {...form.field("description")}
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
      <LimitFields field={form.field} addresses={form.form.values.addresses} />
    </>
  );
}
