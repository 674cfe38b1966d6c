import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

interface Props extends ButtonProps {
  /** Why it is off; then it is shown disabled, can be reached by keyboard, and says so. */
  reason?: string | null | undefined;
  onClick?: () => void;
  type?: "button" | "submit";
  children: ReactNode;
}

/** A button that says why it may not be pressed. */
export function ActButton({ reason, onClick, type = "button", children, ...rest }: Props) {
  const isOff = Boolean(reason);
  const button = (
    <Button
      {...rest}
      type={type}
      data-disabled={isOff || undefined}
      aria-disabled={isOff || undefined}
      onClick={(event) => (isOff ? event.preventDefault() : onClick?.())}
    >
      {children}
    </Button>
  );
  return isOff ? <Tooltip label={reason}>{button}</Tooltip> : button;
}
