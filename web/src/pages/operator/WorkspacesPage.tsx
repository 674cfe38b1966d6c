import { ActionIcon, Avatar, Button, Group, Select, TextInput } from "@mantine/core";
import { IconArrowRight, IconBuilding } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { LIVE_MS, useRead } from "~/api/queries";
import type { Workspace } from "~/api/types";
import { ListTable } from "~/components/ListTable";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import type { Column } from "~/ui/Table";
import { Time } from "~/ui/Time";
import { stateOf, stateQuery, toneOf } from "./workspace";

const COLUMNS: Column<Workspace>[] = [
  {
    title: "Name",
    wraps: true,
    cell: ({ id, name }) => (
      <Group gap="sm" wrap="nowrap">
        <Avatar size={26} radius="sm" name={name} color="guild" className="avatar" />
        <Link to={paths.operator.workspace(id)} className="plain-link">
          <strong>{name}</strong>
        </Link>
      </Group>
    ),
  },
  { title: "Address", wraps: true, cell: ({ slug }) => <span className="mono">/{slug}</span> },
  {
    title: "State",
    cell: (it) => <Badge tone={toneOf[stateOf(it)]}>{stateOf(it)}</Badge>,
  },
  {
    title: "Kind",
    wideOnly: true,
    cell: ({ personal }) => (personal ? "Personal" : "Shared"),
  },
  { title: "Made", wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
];

export function Component() {
  const filters = useFilters("state");
  const { state } = filters.values;
  const list = useRead(
    "/v1/operator/workspaces",
    { query: { ...stateQuery(state), ...(filters.cursor ? { cursor: filters.cursor } : {}) } },
    { live: LIVE_MS.slow, keep: true },
  );
  return (
    <Frame title="Workspaces" about="Every workspace of this instance, the newest first.">
      <Group gap="xs" mb="sm">
        <Select
          aria-label="State"
          placeholder="Every state"
          data={["in use", "suspended", "deleted"]}
          value={state ?? null}
          onChange={(value) => filters.set("state", value)}
          clearable
          w={150}
        />
        <OpenOne />
      </Group>
      <ListTable
        label="Workspaces"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          filters.any ? (
            <EmptyState
              icon={IconBuilding}
              title="No workspace fits"
              action={
                <Button variant="default" onClick={filters.clear}>
                  Show all workspaces
                </Button>
              }
            >
              There are workspaces, but none in this state.
            </EmptyState>
          ) : (
            <EmptyState icon={IconBuilding} title="No workspace yet">
              Everybody who signs up gets one.
            </EmptyState>
          )
        }
      />
    </Frame>
  );
}

/** Straight to one, by what its people know: its address or its id. */
function OpenOne() {
  const [named, setNamed] = useState("");
  const navigate = useNavigate();
  const target = named.trim().replace(/^\//, "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (target) void navigate(paths.operator.workspace(target));
      }}
    >
      <TextInput
        aria-label="Open by address or id"
        placeholder="Open by address or id"
        value={named}
        onChange={(event) => setNamed(event.currentTarget.value)}
        spellCheck={false}
        autoCapitalize="none"
        w={240}
        rightSection={
          <ActionIcon
            type="submit"
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Open"
            disabled={!target}
          >
            <IconArrowRight size={14} aria-hidden />
          </ActionIcon>
        }
      />
    </form>
  );
}
