import { Button, Group, Text } from "@mantine/core";
import { IconPlayerPlay, IconX } from "@tabler/icons-react";
import { Link } from "react-router";
import { useRead } from "~/api/queries";
import { useNames } from "~/components/names";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { EmptyState } from "~/ui/EmptyState";
import { FilterSelect } from "~/ui/FilterSelect";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import { RunsTable } from "./RunsTable";
import { RUN_WORDS } from "./state";

export function Component() {
  const { ws, may } = useWorkspace();
  const { values, set, clear, any, cursor } = useFilters(
    "flow",
    "environment",
    "state",
    "key",
    "user",
  );
  const flows = useRead("/v1/flows", { query: { limit: 200 } }, { enabled: may("flows:read") });
  const environments = useRead(
    "/v1/environments",
    { query: { limit: 200 } },
    { enabled: may("environments:read") },
  );
  const keys = useRead("/v1/keys", { query: { limit: 200 } }, { enabled: may("keys:read") });
  const nameOf = useNames([
    { kind: "key", id: values.key },
    { kind: "user", id: values.user },
  ]);
  return (
    <Frame
      title="Runs"
      about="Every call of a flow: what came in, what went out, which steps it took, what it cost."
    >
      <Group gap="xs" mb="md" role="group" aria-label="Filters">
        <FilterSelect
          label="Flow"
          all="All flows"
          value={values.flow}
          data={flows.data?.items.map((flow) => ({ value: flow.slug, label: flow.name }))}
          onChange={(value) => set("flow", value)}
        />
        {may("environments:read") && (
          <FilterSelect
            label="Environment"
            all="All environments"
            value={values.environment}
            data={environments.data?.items.map(({ name }) => ({ value: name, label: name }))}
            onChange={(value) => set("environment", value)}
          />
        )}
        <FilterSelect
          label="State"
          all="All states"
          value={values.state}
          data={Object.entries(RUN_WORDS).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set("state", value)}
        />
        {may("keys:read") && (
          <FilterSelect
            label="Key"
            all="All callers"
            value={values.key}
            data={keys.data?.items.map((key) => ({ value: key.id, label: key.name }))}
            nameOf={(id) => nameOf("key", id)}
            onChange={(value) => set("key", value)}
          />
        )}
        {values.user && (
          <Button
            variant="default"
            rightSection={<IconX size={14} aria-hidden />}
            aria-label={`No longer only by ${nameOf("user", values.user)}`}
            onClick={() => set("user", null)}
          >
            By {nameOf("user", values.user)}
          </Button>
        )}
        {any && (
          <Button variant="subtle" color="gray" onClick={clear}>
            Clear filters
          </Button>
        )}
      </Group>
      <RunsTable
        filter={{ ...values, cursor }}
        empty={
          any ? (
            <EmptyState
              icon={IconPlayerPlay}
              title="No run fits"
              action={
                <Button variant="default" onClick={clear}>
                  Clear filters
                </Button>
              }
            >
              None of the runs is like that.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconPlayerPlay}
              title="No runs yet"
              action={
                <Button component={Link} to={paths.flows(ws)}>
                  Go to flows
                </Button>
              }
            >
              A run is one call of a flow. Run a draft in the editor or call a live flow with an API
              key; it appears here by itself.
            </EmptyState>
          )
        }
      />
      <Text size="xs" c="dimmed" mt="sm">
        New runs appear by themselves.
      </Text>
    </Frame>
  );
}
