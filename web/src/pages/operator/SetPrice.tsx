import { Group, Select, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { whyNoCredits } from "~/ui/credits";
import { FormDialog } from "~/ui/FormDialog";
import { whyNoNumber } from "~/ui/numbers";
import { exampleOf, fromPrice, inWords, KINDS, NEW_PRICE, type Price, toPrice } from "./price";

interface Props {
  /** The one to change; null for a new one. */
  price: Price | null;
  opened: boolean;
  onClose: () => void;
}

/** Sets what something costs. */
export function SetPrice({ price, opened, onClose }: Props) {
  return (
    <FormDialog side opened={opened} onClose={onClose} title={price ? "Change price" : "Set price"}>
      <Fields price={price} onClose={onClose} />
    </FormDialog>
  );
}

function Fields({ price, onClose }: Omit<Props, "opened">) {
  const set = useWrite("put", "/v1/operator/prices", { invalidates: ["/v1/operator/prices"] });
  const form = useSubmit({
    initialValues: price ? fromPrice(price) : NEW_PRICE,
    validate: {
      subject: (subject) => (subject.trim() ? null : "Say which one."),
      credits: whyNoCredits,
      per: (per) => whyNoNumber(per, { min: 1, max: Number.MAX_SAFE_INTEGER }),
    },
    send: (values) => set.mutateAsync({ body: toPrice(values) }),
    onDone: (now) => {
      notifications.show({ message: `${now.subject} costs ${inWords(now)} now.` });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <Select
          label="What it is for"
          data={KINDS.map(({ value, label }) => ({ value, label }))}
          allowDeselect={false}
          disabled={price !== null}
          {...form.field("kind")}
        />
        <TextInput
          label="Which one"
          description="As your calls or flows name it. A price for the same one is replaced."
          placeholder={exampleOf(form.form.values.kind)}
          required
          maxLength={100}
          spellCheck={false}
          autoCapitalize="none"
          readOnly={price !== null}
          {...(price ? { variant: "filled" } : { "data-autofocus": true })}
          {...form.field("subject")}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Credits"
            required
            inputMode="decimal"
            placeholder="0.5"
            autoComplete="off"
            {...(price ? { "data-autofocus": true } : {})}
            {...form.field("credits")}
          />
          <TextInput
            label="For how many"
            required
            inputMode="numeric"
            autoComplete="off"
            {...form.field("per")}
          />
        </Group>
        <FormEnd form={form} act={price ? "Change price" : "Set price"} onCancel={onClose} />
      </Stack>
    </form>
  );
}
