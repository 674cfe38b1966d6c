import { Navigate } from "react-router";
import { paths } from "~/paths";

/** The operator begins with the workspaces. */
export function Component() {
  return <Navigate to={paths.operator.workspaces} replace />;
}
