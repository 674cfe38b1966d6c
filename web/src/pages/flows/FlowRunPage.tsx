import { Anchor, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "react-router";
import { ErrorPanel } from "~/components/ErrorPanel";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { EmptyState } from "~/ui/EmptyState";
import { useFilters } from "~/ui/filters";
import { RunsTable } from "../runs/RunsTable";
import { inputSchemaOf, useDefinition } from "./definition";
import { useFlow } from "./flow";
import { RunPanel } from "./RunPanel";
import { runFlow } from "./run";

/** Runs what is live, as a form: for those who use a flow and do not edit it. */
export function Component() {
  const flow = useFlow();
  const { ws, may, reason } = useWorkspace();
  const { values, set } = useFilters("environment");
  const usual = flow.live.find((place) => place.environment_name === "production") ?? flow.live[0];
  const place = flow.live.find((one) => one.environment_name === values.environment) ?? usual;
  const definition = useDefinition(flow, place?.version ?? null);
  if (!place) {
    return (
      <EmptyState
        icon={IconPlayerPlay}
        title="It is not live yet"
        action={
          may("flows:deploy") && (
            <Anchor component={Link} to={paths.flowDeployments(ws, flow.slug)}>
              Deploy a version
            </Anchor>
          )
        }
      >
        Once a version of it is live in an environment, it can be run here with a form.
      </EmptyState>
    );
  }
  const schema = inputSchemaOf(definition.value);
  return (
    <Stack gap="xl" maw={920}>
      <section aria-label="Run the flow">
        <Text c="dimmed" mb="sm">
          Runs version {place.version}, as it is live in {place.environment_name}. It costs what a
          call costs.
        </Text>
        {definition.error && <ErrorPanel error={definition.error} />}
        {definition.isPending ? (
          <Skeleton height={180} />
        ) : (
          <RunPanel
            key={JSON.stringify(schema)}
            schema={schema}
            environments={flow.live.map((one) => one.environment_name)}
            environment={place.environment_name}
            onEnvironment={(name) => set("environment", name)}
            act="Run"
            reason={reason("flows:call")}
            run={(input, environment) =>
              runFlow("live", { workspace: ws, flow: flow.id, environment, input })
            }
          />
        )}
      </section>
      {may("runs:read") && (
        <section aria-label="Newest runs">
          <Title order={2} mb="xs">
            Runs
          </Title>
          <RunsTable
            filter={{ flow: flow.id }}
            withFlow={false}
            empty={<Text c="dimmed">It has not run yet.</Text>}
          />
        </section>
      )}
    </Stack>
  );
}
