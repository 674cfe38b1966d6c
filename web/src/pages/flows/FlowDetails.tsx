import { Select, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { FormDialog } from "~/ui/FormDialog";
import { numberOf, whyNoNumber } from "~/ui/numbers";

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

function Details({ flow, onClose }: Props) {
  const { ws } = useWorkspace();
  const navigate = useNavigate();
  const update = useWrite("patch", "/v1/flows/{flow}", { invalidates: ["/v1/flows*"] });
  const form = useSubmit({
    initialValues: {
      name: flow.name,
      slug: flow.slug,
      description: flow.description,
      price: (flow.price_permille / 1_000).toString(),
      retention: flow.retention as string,
      retention_days: flow.retention_days.toString(),
    },
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      price: (text) => whyNoNumber(text, { min: 0, max: 1_000, places: 3 }),
      retention_days: (text) => whyNoNumber(text, { min: 1, max: 3_650 }),
    },
    pointers: { "/price_permille": "price" },
    send: ({ price, retention, retention_days, ...rest }) =>
      update.mutateAsync({
        path: { flow: flow.id },
        body: {
          ...rest,
          price_permille: Math.round((numberOf(price) ?? 1) * 1_000),
          retention_days: numberOf(retention_days) ?? flow.retention_days,
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
        <TextInput
          label="Price of a call"
          description="Times the price of the instance; 1 is the usual price, 0 is free."
          inputMode="decimal"
          autoComplete="off"
          {...form.field("price")}
        />
        <Select
          label="What is kept of its runs"
          data={KEPT}
          allowDeselect={false}
          {...form.field("retention")}
        />
        <TextInput
          label="For how many days"
          inputMode="numeric"
          autoComplete="off"
          {...form.field("retention_days")}
        />
        <FormEnd form={form} act="Save details" onCancel={onClose} />
      </Stack>
    </form>
  );
}
