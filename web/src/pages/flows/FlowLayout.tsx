import { ActionIcon, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { type LoaderFunctionArgs, Outlet, useNavigate, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ErrorPanel } from "~/components/ErrorPanel";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { stateOf } from "~/flow/state";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Frame } from "~/ui/Frame";
import { Later } from "~/ui/later";
import { GONE } from "~/ui/unsaved";
import { FlowProvider } from "./flow";

const details = () => import("./FlowDetails");

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
      <Later load={details} when={open === "edit"}>
        {({ FlowDetails }) => (
          <FlowDetails flow={flow} opened={open === "edit"} onClose={() => setOpen(null)} />
        )}
      </Later>
      <DeleteFlow flow={flow} opened={open === "delete"} onClose={() => setOpen(null)} />
    </>
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
      await navigate(paths.flows(ws), { state: GONE });
    },
    invalidates: ["/v1/flows"],
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Delete flow"
      act="Delete flow"
      name={flow.name}
      write={remove}
      send={{ path: { flow: flow.id } }}
    >
      <Text>
        {flow.live.length > 0
          ? `It is live in ${flow.live.map((place) => place.environment_name).join(", ")}: calls are refused from then on.`
          : "It is live nowhere."}{" "}
        Its runs stay, and it can be restored for 30 days.
      </Text>
    </ConfirmWrite>
  );
}
