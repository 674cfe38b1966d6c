import { Button, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { FormEnd, useSubmit } from "~/components/form";
import { ListTable } from "~/components/ListTable";
import { EmptyState } from "~/ui/EmptyState";
import { FormDialog } from "~/ui/FormDialog";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";

type Registered = Schemas["RegisteredPermission"];

const SHAPE = /^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/;

export const loader = () => prefetch("/v1/operator/permissions", {});

export function Component() {
  const list = useRead("/v1/operator/permissions", {});
  const dialog = useDialog("new");
  const [removing, setRemoving] = useState<Registered | null>(null);
  const register = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={dialog.open}>
      Register permission
    </Button>
  );
  return (
    <Frame
      title="Permissions"
      about="Permissions of your own API. Workspaces give them to their keys, and your service asks for them when it verifies a call."
      actions={register}
    >
      <ListTable
        label="Permissions"
        query={list}
        rowKey={({ name }) => name}
        columns={[
          {
            title: "Name",
            cell: ({ name }) => <strong className="mono">{name}</strong>,
          },
          { title: "What it allows", wraps: true, cell: ({ description }) => description || "–" },
          {
            title: "Registered",
            wideOnly: true,
            cell: ({ created_at }) => <Time at={created_at} />,
          },
          {
            title: "Acts",
            hidden: true,
            numeric: true,
            cell: (permission) => (
              <Button
                size="xs"
                variant="default"
                aria-label={`Delete ${permission.name}`}
                onClick={() => setRemoving(permission)}
              >
                Delete
              </Button>
            ),
          },
        ]}
        empty={
          <EmptyState icon={IconLock} title="No permission of your own yet" action={register}>
            Register what your API distinguishes, such as companies:read, and keys can be limited to
            it.
          </EmptyState>
        }
      />
      <FormDialog opened={dialog.isOpen} onClose={dialog.close} title="Register permission">
        <Fields onClose={dialog.close} />
      </FormDialog>
      <DeletePermission it={removing} onClose={() => setRemoving(null)} />
    </Frame>
  );
}

function Fields({ onClose }: { onClose: () => void }) {
  const register = useWrite("post", "/v1/operator/permissions", {
    invalidates: ["/v1/operator/permissions"],
  });
  const form = useSubmit({
    initialValues: { name: "", description: "" },
    validate: {
      name: (name) =>
        SHAPE.test(name.trim())
          ? null
          : "Write an area and a deed with a colon between them: companies:read.",
    },
    send: ({ name, description }) =>
      register.mutateAsync({
        body: {
          name: name.trim(),
          ...(description.trim() ? { description: description.trim() } : {}),
        },
      }),
    onDone: ({ name }) => {
      notifications.show({ message: `${name} can be given to keys now.` });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          placeholder="companies:read"
          spellCheck={false}
          autoCapitalize="none"
          data-autofocus
          {...form.field("name")}
        />
        <Textarea
          label="What it allows"
          description="For those who choose it for a key."
          maxLength={500}
          autosize
          minRows={2}
          {...form.field("description")}
        />
        <FormEnd form={form} act="Register permission" onCancel={onClose} />
      </Stack>
    </form>
  );
}

function DeletePermission({ it, onClose }: { it: Registered | null; onClose: () => void }) {
  const remove = useWrite("delete", "/v1/operator/permissions/{permission}", {
    invalidates: ["/v1/operator/permissions"],
    onDone: () => {
      notifications.show({ message: `${it?.name ?? "It"} was deleted.` });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={it !== null}
      onClose={onClose}
      title="Delete permission"
      act="Delete permission"
      write={remove}
      send={it && { path: { permission: it.name } }}
    >
      {it && (
        <>
          No key can be given <strong>{it.name}</strong> any more. While a key still holds it, it
          stays.
        </>
      )}
    </ConfirmWrite>
  );
}
