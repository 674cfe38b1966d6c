import { Stack, TextInput } from "@mantine/core";
import { useNavigate } from "react-router";
import { invalidate } from "~/api/queries";
import { useWrite } from "~/api/write";
import { paths } from "~/paths";
import { FormDialog } from "~/ui/FormDialog";
import { FormEnd, useSubmit } from "./form";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** A new workspace; its maker lands in it. */
export function CreateWorkspace({ opened, onClose }: Props) {
  return (
    <FormDialog opened={opened} onClose={onClose} title="Create workspace">
      <Fields onClose={onClose} />
    </FormDialog>
  );
}

function Fields({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const create = useWrite("post", "/v1/workspaces");
  const form = useSubmit({
    initialValues: { name: "", slug: "" },
    validate: { name: (name) => (name.trim() ? null : "Give it a name.") },
    send: ({ name, slug }) =>
      create.mutateAsync({
        body: { name: name.trim(), ...(slug.trim() ? { slug: slug.trim() } : {}) },
      }),
    onDone: async (made) => {
      onClose();
      await invalidate("/v1/me/workspaces", "/v1/workspaces");
      await navigate(paths.overview(made.slug));
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <TextInput label="Name" required maxLength={80} data-autofocus {...form.field("name")} />
        <TextInput
          label="Address"
          description="Small letters, digits and hyphens; made from the name if you leave it empty."
          placeholder="acme"
          leftSection={<span aria-hidden>/</span>}
          spellCheck={false}
          autoCapitalize="none"
          {...form.field("slug")}
        />
        <FormEnd form={form} act="Create workspace" onCancel={onClose} />
      </Stack>
    </form>
  );
}
