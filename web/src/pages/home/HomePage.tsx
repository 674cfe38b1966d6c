import { Button, Container } from "@mantine/core";
import { Link, Navigate } from "react-router";
import { ErrorPanel } from "~/components/ErrorPanel";
import { lastWorkspace, useMyWorkspaces } from "~/components/me";
import { PageSkeleton } from "~/components/PageSkeleton";
import { paths } from "~/paths";

/** Where signing in lands: the last workspace, the only one, or the choice. */
export function Component() {
  const { data, error, refetch } = useMyWorkspaces();
  if (!data) {
    return (
      <Container size="md" py="xl" component="main">
        {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <PageSkeleton />}
        {error && (
          <Button component={Link} to={paths.signIn()} variant="default" mt="md">
            Sign in
          </Button>
        )}
      </Container>
    );
  }
  const last = data.items.find(({ slug }) => slug === lastWorkspace());
  const only = data.items.length === 1 ? data.items[0] : undefined;
  const open = last ?? only;
  return <Navigate to={open ? paths.overview(open.slug) : paths.workspaces} replace />;
}
