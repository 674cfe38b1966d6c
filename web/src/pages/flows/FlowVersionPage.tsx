import { Group, SegmentedControl, Select, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useRead } from "~/api/queries";
import { useWrite } from "~/api/write";
import { ActorName, useActorNames } from "~/components/actors";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ErrorPanel } from "~/components/ErrorPanel";
import { useWorkspace } from "~/components/workspace";
import { readSource } from "~/flow/source";
import { readTasks } from "~/flow/tree";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Facts } from "~/ui/Facts";
import { useFilters } from "~/ui/filters";
import { Later } from "~/ui/later";
import { TextDiff } from "~/ui/TextDiff";
import { Time } from "~/ui/Time";
import { DeployDialog } from "./DeployDialog";
import classes from "./editor.module.css";
import { LiveIn } from "./FlowVersionsPage";
import { useFlow } from "./flow";

const editor = () => import("~/flow/YamlEditor");
const picture = () => import("~/flow/FlowPicture");

/** A version as it was saved: its text, its picture, and what differs from another one. */
export function Component() {
  const flow = useFlow();
  const { ws, reason } = useWorkspace();
  const number = Number(useParams().number);
  const { values, set } = useFilters("show", "with");
  const [isDeploying, setDeploying] = useState(false);
  const [isRestoring, setRestoring] = useState(false);
  const query = useRead("/v1/flows/{flow}/versions/{number}", { path: { flow: flow.id, number } });
  const version = query.data;
  const nameOf = useActorNames(version && [version.author]);
  if (!version) {
    return query.error ? (
      <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={320} />
    );
  }
  const text = version.definition ?? "";
  const show = values.show ?? "text";
  const isNewest = number === flow.latest_version;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} miw={0} flex="1 1 20rem">
          <Text fw={600} size="lg">
            Version {number}
            {version.label && ` · ${version.label}`}
          </Text>
          <Text c={version.comment ? undefined : "dimmed"}>{version.comment || "No comment"}</Text>
        </Stack>
        <Group gap="xs">
          <ActButton
            variant="default"
            reason={
              reason("flows:write") ?? (isNewest ? "This is the newest version already." : null)
            }
            onClick={() => setRestoring(true)}
          >
            Restore
          </ActButton>
          <ActButton reason={reason("flows:deploy")} onClick={() => setDeploying(true)}>
            Deploy
          </ActButton>
        </Group>
      </Group>
      <Facts
        facts={[
          ["Saved by", <ActorName key="by" actor={version.author} nameOf={nameOf} />],
          ["Saved", <Time key="at" at={version.created_at} />],
          ["Live in", <LiveIn key="live" version={version} />],
        ]}
      />
      <Group gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="What is shown"
          data={[
            { value: "text", label: "Text" },
            { value: "picture", label: "Picture" },
            { value: "compare", label: "Compare" },
          ]}
          value={show}
          onChange={(value) => set("show", value === "text" ? null : value)}
        />
        {show === "compare" && (
          <CompareWith
            number={number}
            chosen={values.with}
            onChange={(value) => set("with", value)}
          />
        )}
      </Group>
      {show === "text" && (
        <Later load={editor} waiting={<Skeleton className={classes.alone} />}>
          {({ YamlEditor }) => (
            <YamlEditor
              label={`Definition of version ${number}`}
              value={text}
              onChange={() => {}}
              readOnly
              className={classes.alone}
            />
          )}
        </Later>
      )}
      {show === "picture" && <Picture text={text} />}
      {show === "compare" && <Compare number={number} other={values.with} text={text} />}
      <DeployDialog
        flow={flow}
        asked={isDeploying ? { version: number } : null}
        onClose={() => setDeploying(false)}
      />
      <Restore
        number={number}
        text={text}
        opened={isRestoring}
        onClose={() => setRestoring(false)}
        ws={ws}
      />
    </Stack>
  );
}

function Picture({ text }: { text: string }) {
  const tasks = useMemo(() => readTasks(readSource(text)) ?? [], [text]);
  return (
    <div className={classes.alone}>
      <Later load={picture} waiting={<Skeleton height="100%" />}>
        {({ FlowPicture }) => <FlowPicture tasks={tasks} />}
      </Later>
    </div>
  );
}

interface CompareWithProps {
  number: number;
  chosen: string | undefined;
  onChange: (value: string | null) => void;
}

function CompareWith({ number, chosen, onChange }: CompareWithProps) {
  const flow = useFlow();
  const { data } = useRead("/v1/flows/{flow}/versions", {
    path: { flow: flow.id },
    query: { limit: 200 },
  });
  const others = data?.items.filter((one) => one.number !== number) ?? [];
  return (
    <Select
      aria-label="Compare with"
      placeholder="With which version"
      w={200}
      allowDeselect={false}
      data={others.map((one) => ({ value: String(one.number), label: `v${one.number}` }))}
      value={chosen ?? (number > 1 ? String(number - 1) : null)}
      onChange={onChange}
    />
  );
}

function Compare({
  number,
  other,
  text,
}: {
  number: number;
  other: string | undefined;
  text: string;
}) {
  const flow = useFlow();
  const before = Number(other ?? number - 1);
  const query = useRead(
    "/v1/flows/{flow}/versions/{number}",
    { path: { flow: flow.id, number: before } },
    { enabled: before >= 1 },
  );
  if (before < 1)
    return <Text c="dimmed">This is the first version. Choose another one to compare.</Text>;
  if (query.error) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={320} />;
  const sides = [
    { title: `Version ${before}`, text: query.data.definition ?? "", number: before },
    { title: `Version ${number}`, text, number },
  ].sort((one, two) => one.number - two.number);
  const [left, right] = sides;
  if (!left || !right) return null;
  if (left.text === right.text) return <Text c="dimmed">The texts are the same.</Text>;
  return <TextDiff left={left} right={right} />;
}

interface RestoreProps {
  number: number;
  text: string;
  opened: boolean;
  onClose: () => void;
  ws: string;
}

function Restore({ number, text, opened, onClose, ws }: RestoreProps) {
  const flow = useFlow();
  const navigate = useNavigate();
  const save = useWrite("post", "/v1/flows/{flow}/versions", {
    invalidates: ["/v1/flows*"],
    onDone: (made) => {
      onClose();
      notifications.show({
        message: `Version ${made.number} is version ${number} again. It is not live yet.`,
      });
      void navigate(paths.flowVersion(ws, flow.slug, made.number));
    },
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title={`Restore version ${number}`}
      act="Restore"
      write={save}
      send={{
        path: { flow: flow.id },
        body: { definition: text, comment: `Restored version ${number}` },
        ifMatch: `"${flow.latest_version ?? 0}"`,
      }}
    >
      A new version with this text is saved, with the comment “Restored version {number}”. What is
      live does not change until it is deployed.
    </ConfirmWrite>
  );
}
