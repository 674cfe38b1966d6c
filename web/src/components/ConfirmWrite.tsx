import type { UseMutationResult } from "@tanstack/react-query";
import type { ComponentProps } from "react";
import { ConfirmDialog } from "~/ui/ConfirmDialog";
import { ErrorPanel } from "./ErrorPanel";

interface Props<I> extends Omit<ComponentProps<typeof ConfirmDialog>, Asked> {
  write: Pick<UseMutationResult<unknown, Error, I>, "mutate" | "isPending" | "error" | "reset">;
  /** What is sent when it is confirmed; null while the dialog is about nothing. */
  send: I | null;
}

type Asked = "busy" | "problem" | "onConfirm";

/** Asks before a write that cannot be taken back, and says what went wrong with it. */
export function ConfirmWrite<I>({ write, send, onClose, ...rest }: Props<I>) {
  return (
    <ConfirmDialog
      {...rest}
      onClose={() => {
        write.reset();
        onClose();
      }}
      busy={write.isPending}
      problem={write.error && <ErrorPanel error={write.error} />}
      onConfirm={() => send !== null && write.mutate(send)}
    />
  );
}
