import { notifications } from "@mantine/notifications";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";

interface Props {
  it: Schemas["WorkspaceWithCredits"];
  opened: boolean;
  onClose: () => void;
}

const READ_AGAIN = ["/v1/operator/workspaces*", "/v1/workspaces*", "/v1/me/workspaces"];

/** Suspends a workspace, or lets it go on. */
export function Standing({ it, opened, onClose }: Props) {
  const done = (what: string) => () => {
    notifications.show({ message: `${it.name} was ${what}.` });
    onClose();
  };
  const suspend = useWrite("post", "/v1/operator/workspaces/{workspace}/suspend", {
    invalidates: READ_AGAIN,
    onDone: done("suspended"),
  });
  const resume = useWrite("post", "/v1/operator/workspaces/{workspace}/unsuspend", {
    invalidates: READ_AGAIN,
    onDone: done("resumed"),
  });
  const path = { workspace: it.id };
  if (it.suspended_at)
    return (
      <ConfirmWrite
        opened={opened}
        onClose={onClose}
        title="Resume workspace"
        act="Resume workspace"
        harmless
        write={resume}
        send={{ path }}
      >
        The keys of {it.name} work again with the answer, and its flows run.
      </ConfirmWrite>
    );
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Suspend workspace"
      act="Suspend workspace"
      name={it.name}
      write={suspend}
      send={{ path }}
    >
      Every call to {it.name} is refused from this moment on. Its people can still look at it, and
      are told. Credits stay as they are. You can resume it at any time.
    </ConfirmWrite>
  );
}
