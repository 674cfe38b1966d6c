import { Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { notifications } from "@mantine/notifications";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { formatCredits } from "~/ui/credits";
import { FormDialog } from "~/ui/FormDialog";
import { asEnd, asGift, NEW_GRANT, SOURCES, toGrant } from "./workspace";

interface Props {
  it: Schemas["WorkspaceWithCredits"];
  opened: boolean;
  onClose: () => void;
}

/** Gives credits to a workspace. */
export function GrantCredits({ it, opened, onClose }: Props) {
  return (
    <FormDialog side opened={opened} onClose={onClose} title={`Grant credits to ${it.name}`}>
      <Fields it={it} onClose={onClose} />
    </FormDialog>
  );
}

function Fields({ it, onClose }: Omit<Props, "opened">) {
  const grant = useWrite("post", "/v1/operator/workspaces/{workspace}/grants", {
    invalidates: ["/v1/operator/workspaces/{workspace}", "/v1/credits*"],
  });
  const form = useSubmit({
    initialValues: NEW_GRANT,
    validate: {
      credits: asGift,
      expires_at: (at, { effective_at }) => asEnd(at, effective_at),
    },
    send: (values) => grant.mutateAsync({ path: { workspace: it.id }, body: toGrant(values) }),
    onDone: ({ credits }) => {
      notifications.show({ message: `${it.name} was given ${formatCredits(credits)} credits.` });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <TextInput
          label="Credits"
          required
          inputMode="decimal"
          placeholder="100"
          autoComplete="off"
          data-autofocus
          {...form.field("credits")}
        />
        <Select label="Source" data={SOURCES} allowDeselect={false} {...form.field("source")} />
        <Group grow align="flex-start">
          <DateTimePicker
            label="From"
            placeholder="Now"
            valueFormat="D MMM YYYY HH:mm"
            clearable
            minDate={new Date()}
            {...form.field("effective_at")}
          />
          <DateTimePicker
            label="Until"
            placeholder="No end"
            valueFormat="D MMM YYYY HH:mm"
            clearable
            minDate={new Date()}
            {...form.field("expires_at")}
          />
        </Group>
        <TextInput
          label="External id"
          description="What your own system calls this gift: the same id is granted once."
          maxLength={200}
          spellCheck={false}
          {...form.field("external_id")}
        />
        <Textarea
          label="Note"
          description="Why. It is kept with the grant."
          maxLength={500}
          autosize
          minRows={2}
          {...form.field("note")}
        />
        <FormEnd form={form} act="Grant credits" onCancel={onClose} />
      </Stack>
    </form>
  );
}
