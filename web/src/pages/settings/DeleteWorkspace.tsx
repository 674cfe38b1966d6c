import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { invalidate } from "~/api/queries";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { rememberWorkspace } from "~/components/me";
import { useWorkspace } from "~/components/workspace";
import { paths } from "~/paths";
import { GONE } from "~/ui/unsaved";
import { RESTORE_DAYS } from "./settings";

/** Asks for the name, deletes, and leads to where it can be restored. */
export function DeleteWorkspace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { workspace } = useWorkspace();
  const navigate = useNavigate();
  const remove = useWrite("delete", "/v1/workspaces/{workspace}", {
    onDone: async () => {
      rememberWorkspace(null);
      notifications.show({
        message: `${workspace.name} was deleted. It can be restored for ${RESTORE_DAYS} days.`,
      });
      // First away from it: what is read of it from now on is not found.
      await navigate(paths.workspaces, { state: GONE });
      await invalidate("/v1/me/workspaces", "/v1/workspaces", "/v1/workspaces/{workspace}");
    },
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Delete workspace"
      act="Delete workspace"
      name={workspace.name}
      write={remove}
      send={{ path: { workspace: workspace.id }, query: { confirm: workspace.name } }}
    >
      Every call to it is refused from this moment on, and nobody can open it. Its members, keys,
      credits and flows are kept for {RESTORE_DAYS} days, in which an owner can restore it from the
      list of workspaces. Then they are erased for good.
    </ConfirmWrite>
  );
}
