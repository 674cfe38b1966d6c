import { Select, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRead } from "~/api/queries";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { useMe } from "~/components/me";
import { useWorkspace } from "~/components/workspace";
import { FormDialog } from "~/ui/FormDialog";
import { SegmentedField } from "~/ui/SegmentedField";
import { type Cap, type CapValues, NEW_CAP, toCap, validateCap } from "./credits";

interface Props {
  opened: boolean;
  /** The one to change; null for a new one. */
  cap: Cap | null;
  /** Whose spending a new one limits, where there is no choice. */
  of?: Pick<CapValues, "subject_kind" | "subject_id">;
  /** What that is called. */
  name: string;
  onClose: () => void;
}

/** Sets a cap, or changes how much one allows. */
export function SetCap({ opened, onClose, ...rest }: Props) {
  return (
    <FormDialog side opened={opened} onClose={onClose} title={rest.cap ? "Change cap" : "Set cap"}>
      <Fields {...rest} onClose={onClose} />
    </FormDialog>
  );
}

const KINDS = [
  { value: "workspace", label: "The whole workspace" },
  { value: "key", label: "An API key" },
  { value: "flow", label: "A flow" },
  { value: "environment", label: "An environment" },
  { value: "member", label: "A person" },
];

const ALL = { query: { limit: 200 } };

function Fields({ cap, of, name, onClose }: Omit<Props, "opened">) {
  const write = useWrite("put", "/v1/caps", { invalidates: ["/v1/caps"] });
  const form = useSubmit<CapValues, unknown>({
    initialValues: cap
      ? {
          subject_kind: cap.subject_kind,
          subject_id: cap.subject_id,
          period: cap.period,
          credits: cap.credits,
        }
      : { ...NEW_CAP, ...of },
    validate: validateCap,
    send: (values) => write.mutateAsync({ body: toCap(values) }),
    onDone: () => {
      notifications.show({ message: "The cap is set." });
      onClose();
    },
  });
  const { subject_kind, period } = form.form.values;
  return (
    <form {...form.props}>
      <Stack gap="sm">
        {(cap || of) && (
          <Text>
            <strong>{name}</strong>
            {cap && `, per ${period}`}
          </Text>
        )}
        {!cap && !of && (
          <>
            <Select
              label="Whose spending it limits"
              data={KINDS}
              allowDeselect={false}
              data-autofocus
              {...form.field("subject_kind")}
              onChange={(value) => {
                form.form.setFieldValue("subject_kind", value as CapValues["subject_kind"]);
                form.form.setFieldValue("subject_id", "");
              }}
            />
            <Subject form={form} kind={subject_kind} />
          </>
        )}
        {!cap && (
          <SegmentedField
            label="Per"
            description="Days and months begin at midnight UTC. What was spent in the current one counts already."
            data={[
              { value: "day", label: "Day" },
              { value: "month", label: "Month" },
            ]}
            {...form.field("period")}
          />
        )}
        <TextInput
          label="Credits"
          description="When so many are spent, further calls are refused until the next period. 0 refuses all that cost something."
          inputMode="decimal"
          autoComplete="off"
          required
          {...(cap || of ? { "data-autofocus": true } : {})}
          {...form.field("credits")}
        />
        <FormEnd form={form} act={cap ? "Save" : "Set cap"} onCancel={onClose} />
      </Stack>
    </form>
  );
}

/** Which key, flow, environment or person. */
function Subject({
  form,
  kind,
}: {
  form: ReturnType<typeof useSubmit<CapValues, unknown>>;
  kind: CapValues["subject_kind"];
}) {
  const { may } = useWorkspace();
  const me = useMe();
  const keys = useRead("/v1/keys", ALL, { enabled: kind === "key" && may("keys:read") });
  const flows = useRead("/v1/flows", ALL, { enabled: kind === "flow" && may("flows:read") });
  const environments = useRead("/v1/environments", ALL, { enabled: kind === "environment" });
  if (kind === "workspace" || kind === "tenant") return null;
  if (kind === "member") {
    return (
      <TextInput
        label="Person"
        description={`The id of a member. Yours is ${me.data?.id ?? "…"}.`}
        placeholder="usr_…"
        required
        autoComplete="off"
        spellCheck={false}
        {...form.field("subject_id")}
      />
    );
  }
  const { label, items } = {
    key: { label: "API key", items: keys.data?.items },
    flow: { label: "Flow", items: flows.data?.items },
    environment: { label: "Environment", items: environments.data?.items },
  }[kind];
  return (
    <Select
      label={label}
      placeholder={items?.length === 0 ? "There is none yet" : "Choose"}
      data={(items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      searchable
      required
      nothingFoundMessage="Nothing has this name."
      {...form.field("subject_id")}
    />
  );
}
