import { PasswordInput, type PasswordInputProps } from "@mantine/core";

/** A password. The input it is made of does not tell by itself that it is wrong. */
export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      {...props}
      aria-invalid={props.error ? true : undefined}
      visibilityToggleButtonProps={{ "aria-label": "Show what is typed" }}
      visibilityToggleFocusable
    />
  );
}
