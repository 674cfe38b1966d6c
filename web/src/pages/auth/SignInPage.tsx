import { Anchor, Stack, TextInput } from "@mantine/core";
import { Link, useNavigate, useSearchParams } from "react-router";
import { request } from "~/api/client";
import { queryClient } from "~/api/queries";
import { FormEnd, useSubmit } from "~/components/form";
import { paths, safeReturn } from "~/paths";
import { PasswordField } from "~/ui/PasswordField";
import { AuthCard } from "./AuthCard";

export function Component() {
  const [search] = useSearchParams();
  const to = safeReturn(search.get("to"));
  const navigate = useNavigate();
  const form = useSubmit({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.includes("@") ? null : "Type your mail address."),
      password: (password) => (password ? null : "Type your password."),
    },
    // The browser types both again; a question on the way to signing up would only be in the way.
    guard: false,
    send: (body) => request("post", "/v1/auth/sign-in", { body }),
    onDone: () => {
      queryClient.clear();
      void navigate(to ?? paths.home, { replace: true });
    },
  });
  return (
    <AuthCard
      title="Sign in"
      foot={
        <>
          No account yet?{" "}
          <Anchor component={Link} to={paths.signUp(to ?? undefined)} inherit>
            Sign up
          </Anchor>
        </>
      }
    >
      <form {...form.props}>
        <Stack gap="md">
          <TextInput
            label="Mail address"
            type="email"
            autoComplete="username"
            required
            autoFocus
            {...form.field("email")}
          />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            required
            {...form.field("password")}
          />
          <FormEnd form={form} act="Sign in" wide />
        </Stack>
      </form>
    </AuthCard>
  );
}
