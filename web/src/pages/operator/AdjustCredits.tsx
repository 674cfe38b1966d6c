import { Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { Credits } from "~/ui/Credits";
import { formatCredits } from "~/ui/credits";
import { FormDialog } from "~/ui/FormDialog";
import { asCorrection } from "./workspace";

interface Props {
  it: Schemas["WorkspaceWithCredits"];
  opened: boolean;
  onClose: () => void;
}

/** Corrects a balance either way; author and reason stay in the ledger. */
export function AdjustCredits({ it, opened, onClose }: Props) {
  return (
    <FormDialog opened={opened} onClose={onClose} title={`Adjust the credits of ${it.name}`}>
      <Fields it={it} onClose={onClose} />
    </FormDialog>
  );
}

function Fields({ it, onClose }: Omit<Props, "opened">) {
  const adjust = useWrite("post", "/v1/operator/workspaces/{workspace}/adjustments", {
    invalidates: ["/v1/operator/workspaces/{workspace}", "/v1/credits*"],
  });
  const form = useSubmit({
    initialValues: { credits: "", note: "" },
    validate: {
      credits: asCorrection,
      note: (note) => (note.trim() ? null : "Say why: it stands in the ledger."),
    },
    send: ({ credits, note }) =>
      adjust.mutateAsync({
        path: { workspace: it.id },
        body: { credits: credits.trim(), note: note.trim() },
      }),
    onDone: ({ credits_available }) => {
      notifications.show({
        message: `${it.name} has ${formatCredits(credits_available)} credits now.`,
      });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <Text>
          Available now: <Credits value={it.credits.available} unit />. The balance never falls
          below 0, and the correction cannot be taken back other than by another one.
        </Text>
        <TextInput
          label="Credits"
          description="To take credits, put a minus in front."
          required
          placeholder="-2.5"
          autoComplete="off"
          data-autofocus
          {...form.field("credits")}
        />
        <Textarea
          label="Note"
          description="Why. It stands in the ledger, where the workspace sees it."
          required
          maxLength={500}
          autosize
          minRows={2}
          {...form.field("note")}
        />
        <FormEnd form={form} act="Adjust credits" onCancel={onClose} />
      </Stack>
    </form>
  );
}
