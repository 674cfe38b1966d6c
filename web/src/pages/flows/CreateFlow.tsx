import { Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "react-router";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { useWorkspace } from "~/components/workspace";
import { TEMPLATES } from "~/flow/templates";
import { paths } from "~/paths";
import { FormDialog } from "~/ui/FormDialog";
import classes from "./CreateFlow.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** A new flow from a template; its maker lands in the editor. */
export function CreateFlow({ opened, onClose }: Props) {
  return (
    <FormDialog opened={opened} onClose={onClose} title="Create flow" size="lg">
      <Fields onClose={onClose} />
    </FormDialog>
  );
}

function Fields({ onClose }: { onClose: () => void }) {
  const { ws } = useWorkspace();
  const navigate = useNavigate();
  const create = useWrite("post", "/v1/flows", { invalidates: ["/v1/flows"] });
  const form = useSubmit({
    initialValues: { name: "", description: "", template: "hello" },
    validate: { name: (name) => (name.trim() ? null : "Give it a name.") },
    pointers: { "/slug": "name" },
    send: ({ name, description, template }) => {
      const chosen = TEMPLATES.find((one) => one.id === template);
      return create.mutateAsync({
        body: {
          name: name.trim(),
          ...(description.trim() ? { description: description.trim() } : {}),
          ...(chosen ? { definition: chosen.definition(name.trim()) } : {}),
        },
      });
    },
    onDone: (made) => void navigate(paths.flowEditor(ws, made.slug)),
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="Greet customers"
          required
          maxLength={80}
          data-autofocus
          {...form.field("name")}
        />
        <TextInput
          label="Description"
          placeholder="What it is for"
          maxLength={500}
          {...form.field("description")}
        />
        <Radio.Group label="Begin with" {...form.field("template")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
            {TEMPLATES.map(({ id, title, about }) => (
              <Radio.Card key={id} value={id} className={classes.card} aria-label={title}>
                <Radio.Indicator size="xs" mt={3} />
                <div>
                  <Text fw={500}>{title}</Text>
                  <Text size="xs" c="dimmed">
                    {about}
                  </Text>
                </div>
              </Radio.Card>
            ))}
          </SimpleGrid>
        </Radio.Group>
        <FormEnd form={form} act="Create flow" onCancel={onClose} />
      </Stack>
    </form>
  );
}
