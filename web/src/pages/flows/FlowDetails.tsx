import { NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { FormDialog } from "~/ui/FormDialog";

type Flow = Schemas["Flow"];

interface Props {
  flow: Flow;
  opened: boolean;
  onClose: () => void;
}

/** Name, address, price and what is kept of a flow's runs. */
export function FlowDetails(props: Props) {
  return (
    <FormDialog opened={props.opened} onClose={props.onClose} title="Edit details">
      <Details {...props} />
    </FormDialog>
  );
}

const KEPT = [
  { value: "all", label: "Everything: inputs, outputs and steps" },
  { value: "metadata", label: "Only that it ran, when and at what cost" },
  { value: "nothing", label: "Nothing but the usage event" },
];

/** A field for a number that was emptied holds a text. */
const isNumber = (value: number | string) => (typeof value === "number" ? null : "Type a number.");

function Details({ flow, onClose }: Props) {
  const { ws } = useWorkspace();
  const navigate = useNavigate();
  const update = useWrite("patch", "/v1/flows/{flow}", { invalidates: ["/v1/flows*"] });
  const form = useSubmit({
    initialValues: {
      name: flow.name,
      slug: flow.slug,
      description: flow.description,
      price: flow.price_permille / 1_000,
      retention: flow.retention as string,
      retention_days: flow.retention_days,
    },
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      price: isNumber,
      retention_days: isNumber,
    },
    pointers: { "/price_permille": "price" },
    send: ({ price, retention, ...rest }) =>
      update.mutateAsync({
        path: { flow: flow.id },
        body: {
          ...rest,
          price_permille: Math.round(Number(price) * 1_000),
          retention: retention as Flow["retention"],
        },
      }),
    onDone: (changed) => {
      onClose();
      notifications.show({ message: "The details are saved." });
      if (changed.slug !== flow.slug)
        void navigate(paths.flowEditor(ws, changed.slug), { replace: true });
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <TextInput label="Name" required maxLength={80} data-autofocus {...form.field("name")} />
        <TextInput
          label="Address"
          description="Calls use it. Who calls the old one gets 404 from then on."
          spellCheck={false}
          {...form.field("slug")}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxLength={500}
          {...form.field("description")}
        />
        <NumberInput
          label="Price of a call"
          description="Times the price of the instance; 1 is the usual price, 0 is free."
          decimalScale={3}
          min={0}
          max={1_000}
          {...form.field("price")}
        />
        <Select
          label="What is kept of its runs"
          data={KEPT}
          allowDeselect={false}
          {...form.field("retention")}
        />
        <NumberInput
          label="For how many days"
          min={1}
          max={3_650}
          {...form.field("retention_days")}
        />
        <FormEnd form={form} act="Save details" onCancel={onClose} />
      </Stack>
    </form>
  );
}
