import { Alert, List, Select, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { isRefused } from "~/api/error";
import { capitalized } from "~/api/problems";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { FormEnd, useSubmit } from "~/components/form";
import { useWorkspace } from "~/components/workspace";
import { FormDialog } from "~/ui/FormDialog";

type Flow = Schemas["Flow"];

interface Props {
  flow: Flow;
  /** What is chosen already; null when the dialog is closed. */
  asked: { version?: number | undefined; environment?: string | undefined } | null;
  onClose: () => void;
}

/** Makes a version live in an environment. */
export function DeployDialog({ flow, asked, onClose }: Props) {
  return (
    <FormDialog opened={asked !== null} onClose={onClose} title="Deploy">
      {asked && <Fields flow={flow} asked={asked} onClose={onClose} />}
    </FormDialog>
  );
}

function Fields({ flow, asked, onClose }: Props & { asked: NonNullable<Props["asked"]> }) {
  const { ws } = useWorkspace();
  const versions = useRead("/v1/flows/{flow}/versions", {
    path: { flow: flow.id },
    query: { limit: 200 },
  });
  const environments = useRead("/v1/environments", { query: { limit: 200 } });
  const deploy = useWrite("post", "/v1/flows/{flow}/deployments", { invalidates: ["/v1/flows*"] });
  const form = useSubmit({
    initialValues: {
      version: String(asked.version ?? flow.latest_version ?? ""),
      environment: asked.environment ?? "",
      note: "",
    },
    validate: {
      version: (version) => (version ? null : "Choose a version."),
      environment: (environment) => (environment ? null : "Choose an environment."),
    },
    send: ({ version, environment, note }) =>
      deploy.mutateAsync({
        path: { flow: flow.id },
        body: {
          version: Number(version),
          environment,
          ...(note.trim() ? { note: note.trim() } : {}),
        },
      }),
    onDone: (made) => {
      onClose();
      notifications.show({
        message: `Version ${made.version} is live in ${made.environment_name}.`,
      });
    },
  });
  const { environment, version } = form.form.values;
  const now = flow.live.find((place) => place.environment_name === environment)?.version;
  const obstacles = isRefused(form.error, "cannot_deploy") ? form.error.fields : [];
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <Select
          label="Version"
          required
          allowDeselect={false}
          searchable
          data={versions.data?.items.map((one) => ({
            value: String(one.number),
            label: [`v${one.number}`, one.label || one.comment].filter(Boolean).join(" · "),
          }))}
          {...form.field("version")}
        />
        <Select
          label="Environment"
          required
          allowDeselect={false}
          data={environments.data?.items.map(({ name }) => name)}
          data-autofocus
          {...form.field("environment")}
        />
        <Textarea
          label="Note"
          placeholder="Why it goes live"
          maxLength={500}
          autosize
          minRows={2}
          {...form.field("note")}
        />
        {environment && version && (
          <Text size="sm" c="dimmed">
            {now === undefined
              ? `It is not live in ${environment} yet.`
              : now === Number(version)
                ? `Version ${now} is live in ${environment} already.`
                : `It takes the place of version ${now} in ${environment}.`}{" "}
            Every call that starts after that runs it.
          </Text>
        )}
        {obstacles.length > 0 && (
          <Alert
            className="alert"
            color="orange"
            variant="light"
            title={`What ${environment} lacks in ${ws}`}
          >
            <List size="sm">
              {obstacles.map((one) => (
                <List.Item key={`${one.pointer}${one.message}`}>
                  {capitalized(one.message)}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <FormEnd form={form} act="Deploy" onCancel={onClose} />
      </Stack>
    </form>
  );
}
