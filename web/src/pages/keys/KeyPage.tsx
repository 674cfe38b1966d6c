import { Drawer, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { type LoaderFunctionArgs, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { ConfirmDialog } from "~/ui/ConfirmDialog";
import { Id } from "~/ui/Copy";
import { Facts } from "~/ui/Facts";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { KeyFields } from "./KeyFields";
import { fromKey, type Key, maskOf, toChange, toneOf, validate } from "./key";
import { RotateKey } from "./RotateKey";
import { ShownOnce } from "./ShownOnce";

const KEYS = ["/v1/keys", "/v1/keys/{key}"];

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch("/v1/keys/{key}", { workspace: params.workspace, path: { key: params.key ?? "" } });

export function Component() {
  const { key: id = "" } = useParams();
  const { data, error, refetch } = useRead(
    "/v1/keys/{key}",
    { path: { key: id } },
    { live: LIVE_MS.slow },
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return data ? <Shown key={data.id} it={data} /> : <PageSkeleton />;
}

function Shown({ it }: { it: Key }) {
  const { ws, workspace, may, reason } = useWorkspace();
  const [made, setMade] = useState<Schemas["NewKey"] | null>(null);
  const [edit, rotate, revoke] = [useDialog("edit"), useDialog("rotate"), useDialog("revoke")];
  const ended =
    it.status === "active" ? null : `The key is ${it.status} and cannot be changed any more.`;
  // Whoever made it may end it; the server knows whether that is the one who is signed in.
  const off = ended ?? (may("keys:manage") ? null : reason("keys:create"));
  return (
    <Frame
      title={it.name}
      aside={<Badge tone={toneOf(it.status)}>{it.status}</Badge>}
      back={{ label: "API keys", to: paths.keys(ws) }}
      actions={
        <>
          <ActButton variant="default" reason={off} onClick={edit.open}>
            Edit
          </ActButton>
          <ActButton variant="default" reason={off} onClick={rotate.open}>
            Rotate
          </ActButton>
          <ActButton
            variant="default"
            c="var(--mantine-color-error)"
            reason={off}
            onClick={revoke.open}
          >
            Revoke
          </ActButton>
        </>
      }
    >
      <Stack gap="lg">
        <div className="panel pad">
          <Facts
            facts={[
              [
                "Key",
                <span key="key" className="mono">
                  {maskOf(it)}
                </span>,
              ],
              ["Id", <Id key="id" value={it.id} />],
              ["Kind", it.kind === "live" ? "Live" : "Test"],
              ["Last used", <Time key="used" at={it.last_used_at} />],
              ["Expires", <Time key="expires" at={it.expires_at} />],
              ["Created", <Time key="created" at={it.created_at} />],
              ...(it.revoked_at
                ? ([["Revoked", <Time key="revoked" at={it.revoked_at} />]] as [
                    string,
                    React.ReactNode,
                  ][])
                : []),
            ]}
          />
        </div>
        <div className="panel pad">
          <Title order={2} mb="md">
            What it may do
          </Title>
          <Restrictions it={it} />
        </div>
      </Stack>
      <Drawer
        opened={edit.isOpen && !ended}
        onClose={edit.close}
        title="Edit API key"
        position="right"
      >
        <EditFields it={it} onClose={edit.close} />
      </Drawer>
      <RotateKey
        it={it}
        opened={rotate.isOpen && !ended}
        onClose={rotate.close}
        onDone={(key) => {
          rotate.close();
          setMade(key);
        }}
      />
      <ShownOnce made={made} onClose={() => setMade(null)} />
      <RevokeKey
        it={it}
        where={workspace.name}
        opened={revoke.isOpen && !ended}
        onClose={revoke.close}
      />
    </Frame>
  );
}

function Restrictions({ it }: { it: Key }) {
  const flows = useRead("/v1/flows", { query: { limit: 200 } }, { enabled: it.flows !== null });
  const environments = useRead(
    "/v1/environments",
    { query: { limit: 200 } },
    { enabled: it.environments !== null },
  );
  const named = (
    ids: string[] | null,
    known: { id: string; name: string }[] | undefined,
    all: string,
  ) => ids?.map((id) => known?.find((one) => one.id === id)?.name ?? id).join(", ") ?? all;
  return (
    <Facts
      facts={[
        ["Permissions", it.permissions.join(", ")],
        ["Flows", named(it.flows, flows.data?.items, "All flows")],
        ["Environments", named(it.environments, environments.data?.items, "All environments")],
        ["Addresses", it.addresses?.join(", ") ?? "Anywhere"],
        [
          "Calls per minute",
          it.rate_limit_per_minute?.toLocaleString("en") ?? "No limit of its own",
        ],
      ]}
    />
  );
}

function EditFields({ it, onClose }: { it: Key; onClose: () => void }) {
  const update = useWrite("patch", "/v1/keys/{key}", { invalidates: KEYS });
  const form = useSubmit({
    initialValues: fromKey(it),
    validate: { name: validate.name, permissions: validate.permissions },
    send: (values) => update.mutateAsync({ path: { key: it.id }, body: toChange(values) }),
    onDone: () => {
      notifications.show({ message: "The key was changed." });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="sm">
        <KeyFields form={form} isNew={false} />
        <FormEnd form={form} act="Save" onCancel={onClose} />
      </Stack>
    </form>
  );
}

function RevokeKey({
  it,
  where,
  opened,
  onClose,
}: {
  it: Key;
  where: string;
  opened: boolean;
  onClose: () => void;
}) {
  const revoke = useWrite("post", "/v1/keys/{key}/revoke", {
    invalidates: KEYS,
    onDone: () => {
      notifications.show({ message: `${it.name} was revoked.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Revoke API key"
      act="Revoke key"
      name={it.name}
      busy={revoke.isPending}
      problem={revoke.error && <ErrorPanel error={revoke.error} />}
      onConfirm={() => revoke.mutate({ path: { key: it.id } })}
    >
      Every call with this key is refused from this moment on, in all of {where}. It cannot be taken
      back; the key stays in the list with what it used.
    </ConfirmDialog>
  );
}
