import { Alert, Anchor, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { Link, type LoaderFunctionArgs, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { ActorName, useActorNames } from "~/components/actors";
import { ErrorPanel } from "~/components/ErrorPanel";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { Badge } from "~/ui/Badge";
import { Id } from "~/ui/Copy";
import { Credits } from "~/ui/Credits";
import { Facts } from "~/ui/Facts";
import { Frame } from "~/ui/Frame";
import { Json } from "~/ui/Json";
import { Time } from "~/ui/Time";
import { durationOf, shortId } from "./RunsTable";
import { StepTimeline } from "./StepTimeline";
import { isOver, RUN_TONES, RUN_WORDS } from "./state";

type Run = Schemas["RunDetails"];

export function loader({ params }: LoaderFunctionArgs) {
  const init = { workspace: params.workspace, path: { run: params.run ?? "" } };
  prefetch("/v1/runs/{run}/steps", init);
  return prefetch("/v1/runs/{run}", init);
}

export function Component() {
  const { ws } = useWorkspace();
  const { run: id = "" } = useParams();
  const query = useRead("/v1/runs/{run}", { path: { run: id } });
  const run = query.data;
  const live = run && !isOver(run.state) ? LIVE_MS.running : false;
  // Watched until it is over; then it never changes again.
  useRead("/v1/runs/{run}", { path: { run: id } }, { live, enabled: live !== false });
  const steps = useRead("/v1/runs/{run}/steps", { path: { run: id } }, { live });
  const nameOf = useActorNames(run && [run.actor]);
  const back = { label: "Runs", to: paths.runs(ws) };
  if (!run) {
    return query.error ? (
      <Frame title="Run" back={back}>
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      </Frame>
    ) : (
      <PageSkeleton />
    );
  }
  return (
    <Frame
      title={`Run ${shortId(run.id)}`}
      back={back}
      aside={<Badge tone={RUN_TONES[run.state]}>{RUN_WORDS[run.state]}</Badge>}
    >
      <Stack gap="lg">
        <Facts
          facts={[
            ["Flow", <FlowLink key="flow" run={run} />],
            ["Version", run.version === 0 ? "Draft" : <VersionLink key="version" run={run} />],
            ["Environment", run.environment_name ?? "—"],
            ["Started", <Time key="at" at={run.started_at} />],
            ["Duration", durationOf(run)],
            ["Credits", <Credits key="credits" value={run.credits} />],
            ["By", <ActorName key="by" actor={run.actor} nameOf={nameOf} />],
            ["Through", run.surface === "api" ? "API" : capital(run.surface)],
            ["Id", <Id key="id" value={run.id} />],
          ]}
        />
        <Failure run={run} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Value title="Input" value={run.input} what="the input" />
          <Value title="Output" value={run.output} what="the output" />
        </SimpleGrid>
        <section aria-label="Steps of the run">
          <Title order={2} mb="xs">
            Steps
          </Title>
          {steps.error && !steps.data && (
            <ErrorPanel error={steps.error} onRetry={() => void steps.refetch()} />
          )}
          {steps.isPending && <Skeleton height={120} />}
          {steps.data?.truncated && (
            <Text c="dimmed" mb="xs">
              The run had more steps or larger values than are kept; some are missing here.
            </Text>
          )}
          {steps.data &&
            (steps.data.items.length > 0 ? (
              <StepTimeline
                steps={steps.data.items}
                startedAt={run.started_at}
                endedAt={run.ended_at ?? null}
              />
            ) : (
              <Text c="dimmed">No steps are kept of this run.</Text>
            ))}
        </section>
      </Stack>
    </Frame>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function FlowLink({ run }: { run: Run }) {
  const { ws } = useWorkspace();
  if (run.flow_name === null) return "Erased flow";
  return (
    <Anchor component={Link} to={paths.flow(ws, run.flow)} inherit>
      {run.flow_name}
    </Anchor>
  );
}

function VersionLink({ run }: { run: Run }) {
  const { ws } = useWorkspace();
  return (
    <Anchor component={Link} to={paths.flowVersion(ws, run.flow, run.version)} inherit>
      v{run.version}
    </Anchor>
  );
}

function Failure({ run }: { run: Run }) {
  if (run.state === "timed_out") {
    return (
      <Alert
        className="alert alert-bad"
        color="red"
        variant="light"
        icon={<IconAlertCircle aria-hidden />}
        title="Its time was up"
      >
        The steps below say how far it came.
      </Alert>
    );
  }
  if (run.error === null || run.error === undefined) return null;
  const error = run.error as {
    title?: string;
    detail?: string;
    status?: number;
    instance?: string;
  };
  return (
    <Alert
      className="alert alert-bad"
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={error.title ?? "The flow failed"}
    >
      <Stack gap={4}>
        {error.detail && <Text>{error.detail}</Text>}
        <Text size="xs" c="dimmed">
          {[error.status && `Status ${error.status}`, error.instance && `at ${error.instance}`]
            .filter(Boolean)
            .join(", ")}
        </Text>
      </Stack>
    </Alert>
  );
}

function Value({ title, value, what }: { title: string; value: unknown; what: string }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {value === null || value === undefined ? (
        <Text c="dimmed">None, or not kept.</Text>
      ) : (
        <Json value={value} what={what} />
      )}
    </div>
  );
}
