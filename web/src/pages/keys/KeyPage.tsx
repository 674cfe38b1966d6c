import { Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link, type LoaderFunctionArgs, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { useActorNames } from "~/components/actors";
import { maskOf, toneOf } from "~/components/credential";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { useNames } from "~/components/names";
import { PageSkeleton } from "~/components/PageSkeleton";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { Id } from "~/ui/Copy";
import { Facts } from "~/ui/Facts";
import { FormDialog } from "~/ui/FormDialog";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { DeleteKey, RevokeKey } from "./EndKey";
import { KeyCaps } from "./KeyCaps";
import { KeyFields } from "./KeyFields";
import { fromKey, type Key, toChange, validate } from "./key";
import { RotateKey } from "./RotateKey";
import { ShownOnce } from "./ShownOnce";

const KEYS = ["/v1/keys", "/v1/keys/{key}"];

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch("/v1/keys/{key}", { workspace: params.workspace, path: { key: params.key ?? "" } });

export function Component() {
  const { key: id = "" } = useParams();
  const { ws } = useWorkspace();
  const { data, error, refetch } = useRead(
    "/v1/keys/{key}",
    { path: { key: id } },
    { live: LIVE_MS.slow },
  );
  if (error && !data)
    return (
      <Frame title="API key" back={{ label: "API keys", to: paths.keys(ws) }}>
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Frame>
    );
  return data ? <Shown key={data.id} it={data} /> : <PageSkeleton />;
}

function Shown({ it }: { it: Key }) {
  const { ws, workspace, may, reason } = useWorkspace();
  const [made, setMade] = useState<Schemas["NewKey"] | null>(null);
  const [edit, rotate] = [useDialog("edit"), useDialog("rotate")];
  const [revoke, remove] = [useDialog("revoke"), useDialog("delete")];
  const maker: Schemas["Actor"] = {
    kind: it.created_by?.startsWith("key_") ? "key" : "user",
    id: it.created_by,
  };
  const nameOf = useActorNames([maker]);
  const ended =
    it.status === "active" ? null : `The key is ${it.status} and cannot be changed any more.`;
  // Whoever made it may end it; the server knows whether that is the one who is signed in.
  const notAllowed = may("keys:manage") ? null : reason("keys:create");
  const off = ended ?? notAllowed;
  return (
    <Frame
      title={it.name}
      aside={<Badge tone={toneOf(it.status)}>{it.status}</Badge>}
      about={it.description || undefined}
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
          <ActButton
            variant="default"
            c="var(--mantine-color-error)"
            reason={notAllowed}
            onClick={remove.open}
          >
            Delete
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
              ["Created by", nameOf(maker)],
              ...facts(it.revoked_at, (at) => ["Revoked", <Time key="revoked" at={at} />]),
              ...facts(it.rotated_to, (to) => [
                "Replaced by",
                <Link key="to" to={paths.key(ws, to)}>
                  the new key
                </Link>,
              ]),
            ]}
          />
        </div>
        <div className="panel pad">
          <Title order={2} mb="md">
            What it may do
          </Title>
          <Restrictions it={it} />
        </div>
        <KeyCaps it={it} off={ended} />
      </Stack>
      <FormDialog side opened={edit.isOpen && !ended} onClose={edit.close} title="Edit API key">
        <EditFields it={it} onClose={edit.close} />
      </FormDialog>
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
      <DeleteKey it={it} where={workspace.name} opened={remove.isOpen} onClose={remove.close} />
    </Frame>
  );
}

/** A fact that only some keys have. */
function facts<T>(
  value: T | null,
  fact: (value: T) => [string, React.ReactNode],
): [string, React.ReactNode][] {
  return value === null ? [] : [fact(value)];
}

function Restrictions({ it }: { it: Key }) {
  const names = useNames([
    ...(it.flows ?? []).map((id) => ({ kind: "flow", id }) as const),
    ...(it.environments ?? []).map((id) => ({ kind: "environment", id }) as const),
  ]);
  const named = (kind: "flow" | "environment", ids: string[] | null, all: string) =>
    ids?.map((id) => names(kind, id)).join(", ") ?? all;
  return (
    <Facts
      facts={[
        ["Permissions", it.permissions.join(", ")],
        ["Flows", named("flow", it.flows, "All flows")],
        ["Environments", named("environment", it.environments, "All environments")],
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
    // An end that has passed meanwhile may stay; the server decides about a new one.
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
