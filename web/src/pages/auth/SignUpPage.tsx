import { Anchor, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { request } from "~/api/client";
import { isRefused } from "~/api/error";
import { queryClient } from "~/api/queries";
import { FormEnd, useSubmit } from "~/components/form";
import { paths, safeReturn } from "~/paths";
import { PasswordField } from "~/ui/PasswordField";
import { AuthCard } from "./AuthCard";

const PASSWORD_MIN = 10;

export function Component() {
  const [search] = useSearchParams();
  const to = safeReturn(search.get("to"));
  const navigate = useNavigate();
  // Only the first person at an instance that others can reach is asked for it.
  const [asksCode, setAsksCode] = useState(false);
  const form = useSubmit({
    initialValues: { name: "", email: "", password: "", setup_code: "" },
    validate: {
      name: (name) => (name.trim() ? null : "Type your name."),
      email: (email) => (email.includes("@") ? null : "Type your mail address."),
      password: (password) =>
        password.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null,
    },
    send: async ({ setup_code, ...rest }) => {
      const code = setup_code.trim();
      try {
        return await request("post", "/v1/auth/sign-up", {
          body: { ...rest, ...(code ? { setup_code: code } : {}) },
        });
      } catch (error) {
        if (isRefused(error, "setup_code_required")) setAsksCode(true);
        throw error;
      }
    },
    onDone: ({ workspace }) => {
      queryClient.clear();
      void navigate(to ?? paths.overview(workspace.slug), { replace: true });
    },
  });
  return (
    <AuthCard
      title="Create your account"
      foot={
        <>
          Have an account?{" "}
          <Anchor component={Link} to={paths.signIn(to ?? undefined)} inherit>
            Sign in
          </Anchor>
        </>
      }
    >
      <form {...form.props}>
        <Stack gap="md">
          <TextInput
            label="Name"
            autoComplete="name"
            required
            autoFocus
            maxLength={80}
            {...form.field("name")}
          />
          <TextInput
            label="Mail address"
            type="email"
            autoComplete="username"
            required
            {...form.field("email")}
          />
          <PasswordField
            label="Password"
            description={`At least ${PASSWORD_MIN} characters.`}
            autoComplete="new-password"
            required
            {...form.field("password")}
          />
          {asksCode && (
            <TextInput
              label="Set-up code"
              description="The server printed it when it started."
              autoComplete="off"
              spellCheck={false}
              {...form.field("setup_code")}
            />
          )}
          <FormEnd form={form} act="Sign up" wide />
        </Stack>
      </form>
    </AuthCard>
  );
}
