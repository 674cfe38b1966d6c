import { Alert } from "@mantine/core";
import type { Workspace } from "~/api/types";

/** Says above every page of a suspended workspace why nothing runs. */
export function Suspended({ workspace }: { workspace: Workspace }) {
  if (!workspace.suspended_at) return null;
  return (
    <Alert
      className="alert alert-warn"
      color="orange"
      variant="light"
      mb="md"
      title="This workspace is suspended"
    >
      The operator of this instance has suspended it. Nothing runs and nothing is charged; you can
      still look.
    </Alert>
  );
}
