import { Button, Group, Select, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "react-router";
import { useRead } from "~/api/queries";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useFilters } from "~/ui/filters";
import { RunsTable } from "./RunsTable";
import { RUN_WORDS } from "./state";

export function Component() {
  const { ws, may } = useWorkspace();
  const { values, set, clear, any, cursor } = useFilters("flow", "environment", "state", "key");
  const flows = useRead("/v1/flows", { query: { limit: 200 } }, { enabled: may("flows:read") });
  const environments = useRead(
    "/v1/environments",
    { query: { limit: 200 } },
    { enabled: may("environments:read") },
  );
  const keys = useRead("/v1/keys", { query: { limit: 200 } }, { enabled: may("keys:read") });
  return (
    <Frame
      title="Runs"
      about="Every call of a flow: what came in, what went out, which steps it took, what it cost."
    >
      <Group gap="xs" mb="md" role="group" aria-label="Filters">
        <Filter
          label="Flow"
          all="All flows"
          value={values.flow}
          data={flows.data?.items.map((flow) => ({ value: flow.slug, label: flow.name }))}
          onChange={(value) => set("flow", value)}
        />
        {may("environments:read") && (
          <Filter
            label="Environment"
            all="All environments"
            value={values.environment}
            data={environments.data?.items.map(({ name }) => ({ value: name, label: name }))}
            onChange={(value) => set("environment", value)}
          />
        )}
        <Filter
          label="State"
          all="All states"
          value={values.state}
          data={Object.entries(RUN_WORDS).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set("state", value)}
        />
        {may("keys:read") && (
          <Filter
            label="Key"
            all="All callers"
            value={values.key}
            data={keys.data?.items.map((key) => ({ value: key.id, label: key.name }))}
            onChange={(value) => set("key", value)}
          />
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

interface FilterProps {
  label: string;
  all: string;
  value: string | undefined;
  data: { value: string; label: string }[] | undefined;
  onChange: (value: string | null) => void;
}

function Filter({ label, all, value, data, onChange }: FilterProps) {
  const known = data?.some((one) => one.value === value) ?? false;
  return (
    <Select
      aria-label={label}
      placeholder={all}
      w={{ base: "calc(50% - 5px)", sm: 170 }}
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      nothingFoundMessage="Nothing found"
      // What the address names is shown, also when it is not on the list.
      data={[...(data ?? []), ...(value && !known ? [{ value, label: value }] : [])]}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
