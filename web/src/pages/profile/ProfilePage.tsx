import { Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { request } from "~/api/client";
import { invalidate, prefetch, queryClient, read } from "~/api/queries";
import type { User } from "~/api/types";
import { useWrite } from "~/api/write";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { useMe } from "~/components/me";
import { PageSkeleton } from "~/components/PageSkeleton";
import { Badge } from "~/ui/Badge";
import { Frame } from "~/ui/Frame";
import { PasswordField } from "~/ui/PasswordField";
import { Sessions } from "./Sessions";

const PASSWORD_MIN = 10;

export const loader = () => prefetch("/v1/me/sessions", { query: {} });

export function Component() {
  const { data: me, error, refetch } = useMe();
  if (error && !me) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!me) return <PageSkeleton />;
  return (
    <Frame
      title="Profile"
      about="Your account on this instance; the same in every workspace."
      aside={me.operator_since ? <Badge tone="busy">operator</Badge> : undefined}
    >
      <Stack gap="lg" maw={860}>
        <Section id="you" title="You">
          <NameForm me={me} />
        </Section>
        <Section
          id="password"
          title="Password"
          about="Changing it ends every other session of yours; this one goes on."
        >
          <PasswordForm me={me} />
        </Section>
        <section aria-labelledby="sessions">
          <Title order={2} id="sessions">
            Sessions
          </Title>
          <Text c="dimmed" mb="sm">
            Where you are signed in. End what you do not know, and change your password then.
          </Text>
          <Sessions />
        </section>
      </Stack>
    </Frame>
  );
}

function Section({
  id,
  title,
  about,
  children,
}: {
  id: string;
  title: string;
  about?: string;
  children: ReactNode;
}) {
  return (
    <section className="panel pad" aria-labelledby={id}>
      <Title order={2} id={id} mb={about ? 2 : "md"}>
        {title}
      </Title>
      {about && (
        <Text c="dimmed" mb="md">
          {about}
        </Text>
      )}
      {children}
    </section>
  );
}

function NameForm({ me }: { me: User }) {
  const update = useWrite("patch", "/v1/me");
  const form = useSubmit({
    initialValues: { name: me.name },
    validate: { name: (name) => (name.trim() ? null : "Type your name.") },
    send: ({ name }) => update.mutateAsync({ body: { name: name.trim() } }),
    onDone: (now) => {
      queryClient.setQueryData(read("/v1/me").queryKey, now);
      form.form.setValues({ name: now.name });
      form.form.resetDirty({ name: now.name });
      notifications.show({ message: "Your name was changed." });
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="md" maw={420}>
        <TextInput
          label="Mail address"
          description="What you sign in with."
          value={me.email}
          readOnly
          variant="filled"
        />
        <TextInput
          label="Name"
          required
          maxLength={80}
          autoComplete="name"
          {...form.field("name")}
        />
        <FormEnd form={form} act="Save name" disabled={!form.form.isDirty()} />
      </Stack>
    </form>
  );
}

const NO_PASSWORDS = { current_password: "", password: "", again: "" };

function PasswordForm({ me }: { me: User }) {
  const form = useSubmit({
    initialValues: NO_PASSWORDS,
    validate: {
      current_password: (text) => (text ? null : "Type the password that you have now."),
      password: (text, { current_password }) =>
        text.length < PASSWORD_MIN
          ? `Use at least ${PASSWORD_MIN} characters.`
          : text === current_password
            ? "This is the password that you have now."
            : null,
      again: (text, { password }) => (text === password ? null : "This is not the same."),
    },
    send: ({ current_password, password }) =>
      request("put", "/v1/me/password", { body: { current_password, password } }),
    onDone: () => {
      form.form.setValues(NO_PASSWORDS);
      form.form.resetDirty(NO_PASSWORDS);
      notifications.show({ message: "Your password was changed; other sessions have ended." });
      void invalidate("/v1/me/sessions");
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="md" maw={420}>
        {/* So that a password manager knows whose password it is. */}
        <input type="text" autoComplete="username" value={me.email} readOnly hidden />
        <PasswordField
          label="Current password"
          required
          autoComplete="current-password"
          {...form.field("current_password")}
        />
        <PasswordField
          label="New password"
          description={`At least ${PASSWORD_MIN} characters; a few words are better than a short riddle.`}
          required
          autoComplete="new-password"
          {...form.field("password")}
        />
        <PasswordField
          label="New password again"
          required
          autoComplete="new-password"
          {...form.field("again")}
        />
        <FormEnd form={form} act="Change password" />
      </Stack>
    </form>
  );
}
