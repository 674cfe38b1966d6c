import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import type { Key } from "./key";

interface Props {
  it: Key;
  /** What the workspace is called. */
  where: string;
  opened: boolean;
  onClose: () => void;
}

/** Ends a key; it stays in the list. */
export function RevokeKey({ it, where, opened, onClose }: Props) {
  const revoke = useWrite("post", "/v1/keys/{key}/revoke", {
    invalidates: ["/v1/keys*"],
    onDone: () => {
      notifications.show({ message: `${it.name} was revoked.` });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Revoke API key"
      act="Revoke key"
      name={it.name}
      write={revoke}
      send={{ path: { key: it.id } }}
    >
      Every call with this key is refused from this moment on, in all of {where}. It cannot be taken
      back; the key stays in the list with what it used.
    </ConfirmWrite>
  );
}

/** Ends a key, if it has not ended, and takes it off the list. */
export function DeleteKey({ it, where, opened, onClose }: Props) {
  const { ws } = useWorkspace();
  const navigate = useNavigate();
  const remove = useWrite("delete", "/v1/keys/{key}", {
    onDone: async () => {
      notifications.show({ message: `${it.name} was deleted.` });
      // Away first: the page of a key that is gone would only say so.
      await navigate(paths.keys(ws), { replace: true });
    },
    invalidates: ["/v1/keys", "/v1/caps"],
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Delete API key"
      act="Delete key"
      name={it.name}
      write={remove}
      send={{ path: { key: it.id } }}
    >
      {it.status === "active" &&
        `Every call with this key is refused from this moment on, in all of ${where}. `}
      It disappears from the list and cannot be brought back; what it used stays in usage, runs and
      the ledger under its name.
    </ConfirmWrite>
  );
}
