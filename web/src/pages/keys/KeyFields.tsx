import {
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { KEY_PERMISSIONS, may } from "~/api/access";
import { useRead } from "~/api/queries";
import type { useSubmit } from "~/components/form";
import { useWorkspace } from "~/components/workspace";
import type { KeyValues } from "./key";

interface Props {
  form: ReturnType<typeof useSubmit<KeyValues, unknown>>;
  isNew: boolean;
}

/** What a key may do and from where; the same for a new one and for a change. */
export function KeyFields({ form, isNew }: Props) {
  const { workspace } = useWorkspace();
  const flows = useRead("/v1/flows", { query: { limit: 200 } });
  const environments = useRead("/v1/environments", { query: { limit: 200 } });
  // A key cannot be given what its maker may not do himself; the operator's own permissions are typed.
  const builtIn = KEY_PERMISSIONS.filter((permission) => may(workspace.role, permission));
  return (
    <Stack gap="sm">
      <TextInput label="Name" required maxLength={80} data-autofocus {...form.field("name")} />
      {isNew && (
        <Stack gap={4}>
          <Text fw={500} size="sm" id="key-kind">
            Kind
          </Text>
          <SegmentedControl
            aria-labelledby="key-kind"
            data={[
              { value: "live", label: "Live" },
              { value: "test", label: "Test" },
            ]}
            {...form.field("kind")}
          />
          <Text size="xs" c="dimmed">
            A test key can call every environment except production.
          </Text>
        </Stack>
      )}
      <TagsInput
        label="Permissions"
        description="What it may do. Also takes permissions of your provider's own API, such as companies:read."
        required
        data={builtIn}
        clearable
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
        {...form.field("flows")}
      />
      <MultiSelect
        label="Environments"
        description="The environments it may call."
        placeholder={form.form.values.environments.length ? undefined : "All environments"}
        data={(environments.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        {...form.field("environments")}
      />
      <TagsInput
        label="Addresses"
        description="Addresses or networks it may be used from, each ended with Enter."
        placeholder={
          form.form.values.addresses.length ? undefined : "203.0.113.0/24; anywhere if empty"
        }
        {...form.field("addresses")}
      />
      <Group grow align="flex-start">
        <NumberInput
          label="Calls per minute"
          placeholder="No limit"
          min={1}
          max={1_000_000}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          {...form.field("rate_limit_per_minute")}
        />
        <DateTimePicker
          label="Expires"
          placeholder="Never"
          valueFormat="D MMM YYYY HH:mm"
          clearable
          minDate={new Date()}
          {...form.field("expires_at")}
        />
      </Group>
    </Stack>
  );
}
