import { Alert, Anchor, Box } from "@mantine/core";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { Outlet, useNavigate, useNavigation } from "react-router";
import { queryClient, session } from "~/api/queries";
import { reach } from "~/api/reach";
import { here, paths } from "~/paths";
import { LeaveDialog } from "~/ui/LeaveDialog";
import { hasUnsaved, useLeaveGuard } from "~/ui/unsaved";

/** Around every page: what is said when the session or the server is gone. */
export function Root() {
  const isLost = useSyncExternalStore(reach.subscribe, reach.isLost);
  const navigate = useNavigate();
  const navigation = useNavigation();
  const [isSignedOut, setSignedOut] = useState(false);
  const guard = useLeaveGuard();

  const onEnd = useCallback(() => {
    if (window.location.pathname.startsWith("/sign-")) return;
    if (hasUnsaved()) {
      setSignedOut(true);
      return;
    }
    const to = paths.signIn(here());
    queryClient.clear();
    void navigate(to, { replace: true });
  }, [navigate]);

  useEffect(() => {
    session.onEnd = onEnd;
  }, [onEnd]);

  return (
    <>
      {navigation.state === "loading" && (
        <Box className="progress" role="progressbar" aria-label="Loading" />
      )}
      <Box className="notices" aria-live="polite">
        {isLost && (
          <Alert className="alert alert-warn" color="orange" variant="light" radius={0} py={6}>
            The server cannot be reached. Trying again; what is on the page stays.
          </Alert>
        )}
        {isSignedOut && (
          <Alert
            className="alert alert-warn"
            color="orange"
            variant="light"
            radius={0}
            py={6}
            withCloseButton
            closeButtonLabel="Close"
            onClose={() => setSignedOut(false)}
          >
            Your session has ended.{" "}
            <Anchor href={paths.signIn()} target="_blank" rel="noopener" inherit>
              Sign in in another tab
            </Anchor>{" "}
            and go on here; nothing that you typed is lost.
          </Alert>
        )}
      </Box>
      <Outlet />
      <LeaveDialog
        opened={guard.state === "blocked"}
        onStay={() => guard.reset?.()}
        onLeave={() => guard.proceed?.()}
      />
    </>
  );
}
