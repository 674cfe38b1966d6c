import { Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ReactNode, useState } from "react";
import { Link, type LoaderFunctionArgs, useParams } from "react-router";
import { LIVE_MS, prefetch, useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { maskOf, toneOf } from "~/components/credential";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { useMe } from "~/components/me";
import { PageSkeleton } from "~/components/PageSkeleton";
import { RotateCredential } from "~/components/RotateCredential";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { Badge } from "~/ui/Badge";
import { Id } from "~/ui/Copy";
import { Facts } from "~/ui/Facts";
import { FormDialog } from "~/ui/FormDialog";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { DeleteToken, RevokeToken } from "./EndToken";
import { TokenFields } from "./TokenFields";
import { TokenShownOnce } from "./TokenShownOnce";
import { fromToken, type Token, toBody, validate } from "./token";

const PATH = "/v1/operator/service-tokens/{service_token}";
const TOKENS = ["/v1/operator/service-tokens", PATH];
const BACK = { label: "Service tokens", to: paths.operator.serviceTokens };

export const loader = ({ params }: LoaderFunctionArgs) =>
  prefetch(PATH, { path: { service_token: params.token ?? "" } });

export function Component() {
  const { token: id = "" } = useParams();
  const { data, error, refetch } = useRead(
    PATH,
    { path: { service_token: id } },
    { live: LIVE_MS.slow },
  );
  if (error && !data)
    return (
      <Frame title="Service token" back={BACK}>
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Frame>
    );
  return data ? <Shown key={data.id} it={data} /> : <PageSkeleton />;
}

function Shown({ it }: { it: Token }) {
  const [made, setMade] = useState<Schemas["NewServiceToken"] | null>(null);
  const [edit, rotate] = [useDialog("edit"), useDialog("rotate")];
  const [revoke, remove] = [useDialog("revoke"), useDialog("delete")];
  const replace = useWrite("post", `${PATH}/rotate`, { invalidates: TOKENS });
  const ended =
    it.status === "active" ? null : `The token is ${it.status} and cannot be changed any more.`;
  return (
    <Frame
      title={it.name}
      aside={<Badge tone={toneOf(it.status)}>{it.status}</Badge>}
      about={it.description || undefined}
      back={BACK}
      actions={
        <>
          <ActButton variant="default" reason={ended} onClick={edit.open}>
            Edit
          </ActButton>
          <ActButton variant="default" reason={ended} onClick={rotate.open}>
            Rotate
          </ActButton>
          <ActButton
            variant="default"
            c="var(--mantine-color-error)"
            reason={ended}
            onClick={revoke.open}
          >
            Revoke
          </ActButton>
          <ActButton
            variant="default"
            c="var(--mantine-color-error)"
            reason={null}
            onClick={remove.open}
          >
            Delete
          </ActButton>
        </>
      }
    >
      <Stack gap="lg">
        <div className="panel pad">
          <About it={it} />
        </div>
        <div className="panel pad">
          <Title order={2} mb="md">
            What it may do
          </Title>
          <Facts
            facts={[
              ["Permissions", it.permissions.join(", ") || "Nothing"],
              ["Addresses", it.addresses?.join(", ") ?? "Anywhere"],
              ["Calls per minute", it.rate_limit_per_minute?.toLocaleString("en") ?? "No limit"],
            ]}
          />
        </div>
      </Stack>
      <FormDialog
        side
        opened={edit.isOpen && !ended}
        onClose={edit.close}
        title="Edit service token"
      >
        <EditFields it={it} onClose={edit.close} />
      </FormDialog>
      <RotateCredential
        opened={rotate.isOpen && !ended}
        onClose={rotate.close}
        title="Rotate service token"
        what="token"
        send={(body) => replace.mutateAsync({ path: { service_token: it.id }, body })}
        onDone={(token) => {
          rotate.close();
          setMade(token);
        }}
      />
      <TokenShownOnce made={made} onClose={() => setMade(null)} />
      <RevokeToken it={it} opened={revoke.isOpen && !ended} onClose={revoke.close} />
      <DeleteToken it={it} opened={remove.isOpen} onClose={remove.close} />
    </Frame>
  );
}

function About({ it }: { it: Token }) {
  const { data: me } = useMe();
  const facts: [string, ReactNode][] = [
    [
      "Token",
      <span key="token" className="mono">
        {maskOf(it)}
      </span>,
    ],
    ["Id", <Id key="id" value={it.id} />],
    ["Last used", <Time key="used" at={it.last_used_at} />],
    ["Expires", <Time key="expires" at={it.expires_at} />],
    ["Created", <Time key="created" at={it.created_at} />],
    ["Created by", <Maker key="by" id={it.created_by} me={me?.id} />],
  ];
  if (it.revoked_at) facts.push(["Revoked", <Time key="revoked" at={it.revoked_at} />]);
  if (it.rotated_to)
    facts.push([
      "Replaced by",
      <Link key="to" to={paths.operator.serviceToken(it.rotated_to)}>
        the new token
      </Link>,
    ]);
  return <Facts facts={facts} />;
}

/** Who made it: an operator, another token, or the command line. */
function Maker({ id, me }: { id: string | null; me: string | undefined }) {
  if (id === null) return "The command line";
  if (id === me) return "You";
  return <Id value={id} />;
}

function EditFields({ it, onClose }: { it: Token; onClose: () => void }) {
  const update = useWrite("patch", PATH, { invalidates: TOKENS });
  const form = useSubmit({
    initialValues: fromToken(it),
    // An end that has passed meanwhile may stay; the server decides about a new one.
    validate: { name: validate.name, permissions: validate.permissions },
    send: (values) => update.mutateAsync({ path: { service_token: it.id }, body: toBody(values) }),
    onDone: () => {
      notifications.show({ message: "The token was changed." });
      onClose();
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="md">
        <TokenFields form={form} />
        <FormEnd form={form} act="Save" onCancel={onClose} />
      </Stack>
    </form>
  );
}
