import { useNavigate } from "react-router";
import { request } from "~/api/client";
import { queryClient } from "~/api/queries";
import { paths } from "~/paths";
import { rememberWorkspace } from "../me";

/** Ends the session here; also when the server no longer knows it. */
export function useSignOut() {
  const navigate = useNavigate();
  return async () => {
    await request("post", "/v1/auth/sign-out", {}).catch(() => undefined);
    rememberWorkspace(null);
    await navigate(paths.signIn());
    queryClient.clear();
  };
}
