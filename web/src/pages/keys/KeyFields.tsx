import { Group, MultiSelect, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import type { useSubmit } from "~/components/form";
import { LimitFields } from "~/components/LimitFields";
import { useWorkspace } from "~/components/workspace";
import { SegmentedField } from "~/ui/SegmentedField";
import type { KeyValues } from "./key";

interface Props {
  form: ReturnType<typeof useSubmit<KeyValues, unknown>>;
  isNew: boolean;
}

/** Enter takes what fits what was typed; it never sends a form that is half filled. */
const CHOOSING = {
  selectFirstOptionOnChange: true,
  onKeyDown: (event: KeyboardEvent) => event.key === "Enter" && event.preventDefault(),
};

/** What a key may do and from where; the same for a new one and for a change. */
export function KeyFields({ form, isNew }: Props) {
  const flows = useRead("/v1/flows", { query: { limit: 200 } });
  const environments = useRead("/v1/environments", { query: { limit: 200 } });
  const permissions = useRead("/v1/permissions", {}).data?.items ?? [];
  const held = form.form.values.permissions;
  return (
    <Stack gap="sm">
      <TextInput label="Name" required maxLength={80} data-autofocus {...form.field("name")} />
      <Textarea
        label="Description"
        placeholder="Which system uses it, and who looks after it"
        maxLength={500}
        autosize
        minRows={1}
        maxRows={6}
        {...form.field("description")}
      />
      {isNew && (
        <SegmentedField
          label="Kind"
          description="A test key can call every environment except production."
          data={[
            { value: "live", label: "Live" },
            { value: "test", label: "Test" },
          ]}
          {...form.field("kind")}
        />
      )}
      <MultiSelect
        label="Permissions"
        description="What it may do: no more than you may yourself."
        required
        data={groupsOf(permissions, held)}
        renderOption={({ option, checked }) => (
          <div>
            <Text span className="mono" fw={checked ? 600 : undefined}>
              {option.value}
            </Text>
            <Text size="xs" c="dimmed">
              {permissions.find(({ name }) => name === option.value)?.description}
            </Text>
          </div>
        )}
        searchable
        clearable
        nothingFoundMessage="No permission has this name."
        {...CHOOSING}
        {...form.field("permissions")}
      />
      <MultiSelect
        label="Flows"
        description="The flows it may call."
        placeholder={form.form.values.flows.length ? undefined : "All flows"}
        data={(flows.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        clearable
        nothingFoundMessage="No flow has this name."
        {...CHOOSING}
        {...form.field("flows")}
      />
      <MultiSelect
        label="Environments"
        description="The environments it may call."
        placeholder={form.form.values.environments.length ? undefined : "All environments"}
        data={(environments.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        {...CHOOSING}
        {...form.field("environments")}
      />
      <LimitFields field={form.field} addresses={form.form.values.addresses} />
      {isNew && <SpendingCap form={form} />}
    </Stack>
  );
}

/** How much it may spend; a cap is a thing of its own, and so is the permission to set one. */
function SpendingCap({ form }: Pick<Props, "form">) {
  const { reason } = useWorkspace();
  const off = reason("billing:manage");
  return (
    <Group align="flex-start" gap="xs" wrap="nowrap">
      <TextInput
        label="Spending cap"
        description={off ?? "Credits that it may spend in a day or a month; then it is refused."}
        placeholder="No cap of its own"
        inputMode="decimal"
        autoComplete="off"
        disabled={off !== null}
        // Below, so that both fields stand beside each other.
        inputWrapperOrder={["label", "input", "error", "description"]}
        flex={1}
        {...form.field("cap_credits")}
      />
      <Select
        label="Per"
        data={[
          { value: "day", label: "Day" },
          { value: "month", label: "Month" },
        ]}
        allowDeselect={false}
        disabled={off !== null}
        w={110}
        {...form.field("cap_period")}
      />
    </Group>
  );
}

/** What may be chosen; what the key holds already can be kept, whoever gave it. */
function groupsOf(permissions: Schemas["Permission"][], held: string[]) {
  const open = permissions.filter(({ name, grantable }) => grantable || held.includes(name));
  const names = (ours: boolean) =>
    open.filter(({ roles }) => (roles !== null) === ours).map(({ name }) => name);
  const unknown = held.filter((name) => !open.some((one) => one.name === name));
  return [
    { group: "Your provider's API", items: names(false) },
    { group: "Guildhall", items: [...names(true), ...unknown] },
  ].filter(({ items }) => items.length > 0);
}
