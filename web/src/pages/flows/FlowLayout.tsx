import {
  ActionIcon,
  Menu,
  NumberInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { type LoaderFunctionArgs, Outlet, useNavigate, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { stateOf } from "~/flow/state";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { ConfirmDialog } from "~/ui/ConfirmDialog";
import { FormDialog } from "~/ui/FormDialog";
import { Frame } from "~/ui/Frame";
import { FlowProvider } from "./flow";

type Flow = Schemas["Flow"];

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch("/v1/flows/{flow}", { workspace: params.workspace, path: { flow: params.flow ?? "" } });

/** A flow: its name, its state, its tabs. */
export function Component() {
  const { ws, may } = useWorkspace();
  const { flow: named = "", number } = useParams();
  const {
    data: flow,
    error,
    refetch,
  } = useRead("/v1/flows/{flow}", { path: { flow: named } }, { live: LIVE_MS.slow });
  const back = { label: "Flows", to: paths.flows(ws) };
  if (!flow) {
    return error ? (
      <Frame title="Flow" back={back}>
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Frame>
    ) : (
      <PageSkeleton />
    );
  }
  const { word, tone } = stateOf(flow);
  const run = { label: "Run live", to: paths.flow(ws, named) };
  const tabs = [
    { label: "Editor", to: paths.flowEditor(ws, named) },
    { label: "Versions", to: paths.flowVersions(ws, named) },
    { label: "Deployments", to: paths.flowDeployments(ws, named) },
    { label: "Runs", to: paths.flowRuns(ws, named) },
    { label: "API", to: paths.flowApi(ws, named) },
  ];
  return (
    <FlowProvider flow={flow}>
      <Frame
        title={flow.name}
        aside={<Badge tone={tone}>{word}</Badge>}
        about={flow.description || undefined}
        back={
          number === undefined ? back : { label: "Versions", to: paths.flowVersions(ws, named) }
        }
        actions={<FlowMenu flow={flow} />}
        tabs={may("flows:write") ? [...tabs, run] : [run, ...tabs.slice(1)]}
        wide
      >
        {/* Another flow is another page. */}
        <Outlet key={flow.id} />
      </Frame>
    </FlowProvider>
  );
}

function FlowMenu({ flow }: { flow: Flow }) {
  const { may } = useWorkspace();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  if (!may("flows:write")) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={`More about ${flow.name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={() => setOpen("edit")}
          >
            Edit details
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() => setOpen("delete")}
          >
            Delete flow
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FormDialog opened={open === "edit"} onClose={() => setOpen(null)} title="Edit details">
        <Details flow={flow} onClose={() => setOpen(null)} />
      </FormDialog>
      <DeleteFlow flow={flow} opened={open === "delete"} onClose={() => setOpen(null)} />
    </>
  );
}

const KEPT = [
  { value: "all", label: "Everything: inputs, outputs and steps" },
  { value: "metadata", label: "Only that it ran, when and at what cost" },
  { value: "nothing", label: "Nothing but the usage event" },
];

/** A field for a number that was emptied holds a text. */
const isNumber = (value: number | string) => (typeof value === "number" ? null : "Type a number.");

function Details({ flow, onClose }: { flow: Flow; onClose: () => void }) {
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

function DeleteFlow({
  flow,
  opened,
  onClose,
}: {
  flow: Flow;
  opened: boolean;
  onClose: () => void;
}) {
  const { ws } = useWorkspace();
  const navigate = useNavigate();
  const remove = useWrite("delete", "/v1/flows/{flow}", {
    onDone: async () => {
      notifications.show({ message: `${flow.name} is deleted. It can be restored for 30 days.` });
      await navigate(paths.flows(ws));
    },
    invalidates: ["/v1/flows"],
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Delete flow"
      act="Delete flow"
      name={flow.name}
      busy={remove.isPending}
      problem={remove.error && <ErrorPanel error={remove.error} />}
      onConfirm={() => remove.mutate({ path: { flow: flow.id } })}
    >
      <Text>
        {flow.live.length > 0
          ? `It is live in ${flow.live.map((place) => place.environment_name).join(", ")}: calls are refused from then on.`
          : "It is live nowhere."}{" "}
        Its runs stay, and it can be restored for 30 days.
      </Text>
    </ConfirmDialog>
  );
}
