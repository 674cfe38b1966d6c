import { Group, TagsInput, TextInput } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import type { LimitValues } from "./credential";
import type { useSubmit } from "./form";

interface Props {
  field: (name: keyof LimitValues) => ReturnType<ReturnType<typeof useSubmit>["field"]>;
  addresses: string[];
}

/** From where, how often and how long a key or token may be used. */
export function LimitFields({ field, addresses }: Props) {
  return (
    <>
      <TagsInput
        label="Addresses"
        description="Addresses or networks it may be used from, each ended with Enter."
        placeholder={addresses.length ? undefined : "203.0.113.0/24; anywhere if empty"}
        {...field("addresses")}
      />
      <Group grow align="flex-start">
        <TextInput
          label="Calls per minute"
          placeholder="No limit"
          inputMode="numeric"
          autoComplete="off"
          {...field("rate_limit_per_minute")}
        />
        <DateTimePicker
          label="Expires"
          placeholder="Never"
          valueFormat="D MMM YYYY HH:mm"
          clearable
          minDate={new Date()}
          {...field("expires_at")}
        />
      </Group>
    </>
  );
}
