import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { requestWhole } from "~/api/client";
import { ErrorPanel } from "~/components/ErrorPanel";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { ActButton } from "~/ui/ActButton";
import { Id } from "~/ui/Copy";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { DeleteWorkspace } from "./DeleteWorkspace";
import { GeneralForm } from "./GeneralForm";
import { fromWorkspace, RESTORE_DAYS } from "./settings";

export function Component() {
  const { workspace, reason } = useWorkspace();
  // Read with its state, once: a change is decided on what stood here when it began.
  const { data, error, refetch } = useQuery({
    queryKey: ["settings", workspace.id],
    queryFn: async ({ signal }) => {
      const { data, response } = await requestWhole("get", "/v1/workspaces/{workspace}", {
        path: { workspace: workspace.id },
        signal,
      });
      return { values: fromWorkspace(data), state: response.headers.get("etag") };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const remove = useDialog("delete");
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const off = reason("workspace:manage");
  return (
    <Frame
      title="Settings"
      about="What this workspace is called and where it is found."
      aside={workspace.personal ? <Text c="dimmed">Personal workspace</Text> : undefined}
    >
      <Stack gap="lg" maw={720}>
        {off && (
          <Alert color="gray" variant="light">
            You can look at the settings. {off}
          </Alert>
        )}
        <section className="panel pad" aria-labelledby="general">
          <Group justify="space-between" mb="md" gap="xs">
            <Title order={2} id="general">
              General
            </Title>
            <Id value={workspace.id} />
          </Group>
          <GeneralForm id={workspace.id} began={data} off={off} />
        </section>
        <section className="panel pad panel-danger" aria-labelledby="danger">
          <Title order={2} id="danger" mb="xs">
            Danger zone
          </Title>
          <Group justify="space-between" gap="md" align="flex-start">
            <Text c="dimmed" flex="1 1 18rem">
              Deleting the workspace stops its keys and flows at once. An owner can restore it for{" "}
              {RESTORE_DAYS} days; then everything in it is erased.
            </Text>
            <ActButton
              variant="default"
              c="var(--mantine-color-error)"
              reason={reason("workspace:delete")}
              onClick={remove.open}
            >
              Delete workspace
            </ActButton>
          </Group>
        </section>
      </Stack>
      <DeleteWorkspace
        opened={remove.isOpen && !reason("workspace:delete")}
        onClose={remove.close}
      />
    </Frame>
  );
}
