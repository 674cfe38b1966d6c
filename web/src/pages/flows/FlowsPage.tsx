import {
  Anchor,
  Box,
  Group,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconRoute, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, type LoaderFunctionArgs, useSearchParams } from "react-router";
import { sentence } from "~/api/problems";
import { briefly, LIVE_MS, queryClient, read } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ListTable } from "~/components/ListTable";
import { useWorkspace } from "~/components/workspace";
import { stateOf } from "~/flow/state";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog, useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { RUN_TONES, RUN_WORDS } from "../runs/state";
import { CreateFlow } from "./CreateFlow";

type Flow = Schemas["Flow"];

/** The page of the list that an address names. */
function listOf(workspace: string | undefined, address: URLSearchParams) {
  const [search, deleted, cursor] = ["search", "deleted", "cursor"].map((name) =>
    address.get(name),
  );
  const query = {
    limit: 50,
    ...(search ? { search } : {}),
    ...(deleted ? { deleted: true } : {}),
    ...(cursor ? { cursor } : {}),
  };
  return read("/v1/flows", { workspace, query });
}

export const loader = ({ params, request }: LoaderFunctionArgs) =>
  briefly(queryClient.prefetchQuery(listOf(params.workspace, new URL(request.url).searchParams)));

export function Component() {
  const { ws, reason } = useWorkspace();
  const dialog = useDialog("new");
  const { values, set, cursor } = useFilters("search", "deleted");
  const [address] = useSearchParams();
  const isDeleted = values.deleted !== undefined;
  const query = useQuery({
    ...listOf(ws, address),
    refetchInterval: LIVE_MS.slow,
    placeholderData: keepPreviousData,
  });
  const create = (
    <ActButton
      reason={reason("flows:write")}
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={dialog.open}
    >
      Create flow
    </ActButton>
  );
  const isEmpty = query.data?.items.length === 0 && !values.search && !isDeleted && !cursor;
  return (
    <Frame
      title="Flows"
      about="A flow is a workflow that is written down once, kept in versions, and called by its address."
      actions={isEmpty ? undefined : create}
    >
      {!isEmpty && (
        <Group gap="xs" mb="md" role="group" aria-label="Filters">
          <Search value={values.search ?? ""} onChange={(text) => set("search", text)} />
          <SegmentedControl
            size="xs"
            aria-label="Which flows"
            data={[
              { value: "", label: "In use" },
              { value: "yes", label: "Deleted" },
            ]}
            value={isDeleted ? "yes" : ""}
            onChange={(value) => set("deleted", value || null)}
          />
        </Group>
      )}
      <ListTable
        label="Flows"
        query={query}
        columns={isDeleted ? DELETED_COLUMNS : COLUMNS}
        rowKey={(flow) => flow.id}
        empty={<Nothing search={values.search} isDeleted={isDeleted} create={create} />}
      />
      <CreateFlow opened={dialog.isOpen} onClose={dialog.close} />
    </Frame>
  );
}

function Nothing(props: {
  search: string | undefined;
  isDeleted: boolean;
  create: React.ReactNode;
}) {
  if (props.isDeleted) {
    return (
      <EmptyState icon={IconRoute} title="Nothing to restore">
        A deleted flow stays here for 30 days.
      </EmptyState>
    );
  }
  if (props.search) {
    return (
      <EmptyState icon={IconRoute} title="No flow is called that">
        Names and addresses were searched for “{props.search}”.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconRoute} title="No flows yet" action={props.create}>
      A flow calls APIs, decides, repeats and answers. Write it in YAML, watch it as a picture, run
      it here, then make it live for your API keys. Begin with a template.
    </EmptyState>
  );
}

function Search({ value, onChange }: { value: string; onChange: (text: string | null) => void }) {
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback((typed: string) => onChange(typed.trim() || null), 250);
  return (
    <TextInput
      aria-label="Search flows"
      placeholder="Search by name or address"
      leftSection={<IconSearch size={16} aria-hidden />}
      w={{ base: "100%", sm: 260 }}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}

function Name({ flow }: { flow: Flow }) {
  const { ws, may } = useWorkspace();
  const to = may("flows:write") ? paths.flowEditor(ws, flow.slug) : paths.flow(ws, flow.slug);
  return (
    <Stack gap={0} miw={140} maw={360}>
      <Anchor
        component={Link}
        underline="hover"
        to={to}
        c="inherit"
        fw={500}
        inherit
        className="truncate"
      >
        {flow.name}
      </Anchor>
      <Text size="xs" c="dimmed" className="truncate mono">
        {flow.slug}
      </Text>
    </Stack>
  );
}

function State({ flow }: { flow: Flow }) {
  const { word, tone, about } = stateOf(flow);
  return (
    <Tooltip label={about}>
      <Box component="span" display="inline-block">
        <Badge tone={tone}>{word}</Badge>
      </Box>
    </Tooltip>
  );
}

function Places({ flow }: { flow: Flow }) {
  if (flow.live.length === 0)
    return (
      <Text inherit c="dimmed">
        —
      </Text>
    );
  return (
    <Text inherit>
      {flow.live.map((place, index) => (
        <span key={place.environment} style={{ whiteSpace: "nowrap" }}>
          {index > 0 && ", "}
          {place.environment_name}{" "}
          <Text span c="dimmed" size="xs">
            v{place.version}
          </Text>
        </span>
      ))}
    </Text>
  );
}

function LastRun({ flow }: { flow: Flow }) {
  const { ws } = useWorkspace();
  const run = flow.last_run;
  if (!run)
    return (
      <Text inherit c="dimmed">
        —
      </Text>
    );
  return (
    <Anchor
      component={Link}
      underline="hover"
      to={paths.run(ws, run.id)}
      c="dimmed"
      inherit
      aria-label={`Last run of ${flow.name}, ${RUN_WORDS[run.state]}`}
    >
      <Group gap={8} wrap="nowrap">
        <Badge tone={RUN_TONES[run.state]}>{RUN_WORDS[run.state]}</Badge>
        <span className="wide-only">
          <Time at={run.started_at} />
        </span>
      </Group>
    </Anchor>
  );
}

const COLUMNS: Column<Flow>[] = [
  { title: "Flow", wraps: true, cell: (flow) => <Name flow={flow} /> },
  { title: "State", cell: (flow) => <State flow={flow} /> },
  { title: "Live in", wideOnly: true, cell: (flow) => <Places flow={flow} /> },
  { title: "Last run", cell: (flow) => <LastRun flow={flow} /> },
  { title: "Changed", wideOnly: true, cell: (flow) => <Time at={flow.updated_at} /> },
];

const DELETED_COLUMNS: Column<Flow>[] = [
  {
    title: "Flow",
    wraps: true,
    cell: (flow) => (
      <Text inherit fw={500}>
        {flow.name}
      </Text>
    ),
  },
  {
    title: "Address",
    wraps: true,
    wideOnly: true,
    cell: (flow) => <span className="mono">{flow.slug}</span>,
  },
  { title: "Deleted", cell: (flow) => <Time at={flow.deleted_at} /> },
  { title: "Actions", hidden: true, numeric: true, cell: (flow) => <Restore flow={flow} /> },
];

function Restore({ flow }: { flow: Flow }) {
  const { reason } = useWorkspace();
  const restore = useWrite("post", "/v1/flows/{flow}/restore", {
    invalidates: ["/v1/flows*"],
    onDone: () => notifications.show({ message: `${flow.name} is back. It is live nowhere yet.` }),
  });
  return (
    <Stack gap={2} align="flex-end">
      <ActButton
        size="compact-sm"
        variant="default"
        reason={reason("flows:write")}
        loading={restore.isPending}
        aria-label={`Restore ${flow.name}`}
        onClick={() => restore.mutate({ path: { flow: flow.id }, body: { slug: null } })}
      >
        Restore
      </ActButton>
      {restore.error && (
        <Text size="xs" c="red" role="alert">
          {sentence(restore.error)}
        </Text>
      )}
    </Stack>
  );
}
