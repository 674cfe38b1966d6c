import { Button, Container, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  Link,
  type LoaderFunctionArgs,
  Navigate,
  Outlet,
  type ShouldRevalidateFunctionArgs,
  useLocation,
  useParams,
} from "react-router";
import { may, missing } from "~/api/access";
import { isRefused } from "~/api/error";
import { briefly, queryClient } from "~/api/queries";
import { workspacePlaces } from "~/navigation";
import { paths } from "~/paths";
import { ErrorPanel } from "../ErrorPanel";
import { rememberWorkspace } from "../me";
import { PageSkeleton } from "../PageSkeleton";
import { WorkspaceProvider, workspaceNamed } from "../workspace";
import { Shell } from "./Shell";
import { Suspended } from "./Suspended";
import { Switcher } from "./Switcher";

/** Asks for the workspace while the script of the page is still on its way. */
export const loader = ({ params }: LoaderFunctionArgs) =>
  briefly(queryClient.prefetchQuery(workspaceNamed(params.workspace)));

export const shouldRevalidate = ({ currentParams, nextParams }: ShouldRevalidateFunctionArgs) =>
  currentParams.workspace !== nextParams.workspace;

/** The pages of the workspace that the address names. */
export function WorkspaceShell() {
  const { workspace = "" } = useParams();
  const { pathname, search, hash } = useLocation();
  const { data, error, refetch } = useQuery(workspaceNamed(workspace));
  const slug = data?.slug;
  useEffect(() => {
    if (slug) rememberWorkspace(slug);
  }, [slug]);

  if (!data) {
    if (isRefused(error, "not_found", "invalid_parameter", "malformed_request"))
      return <NoSuchWorkspace named={workspace} />;
    return (
      <Shell top={<Skeleton height={44} />} places={[]}>
        {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <PageSkeleton />}
      </Shell>
    );
  }
  // An id or a former address: the one it has now stands in links.
  if (slug && slug !== workspace) {
    const rest = pathname.split("/").slice(2).join("/");
    return (
      <Navigate to={`${paths.overview(slug)}${rest ? `/${rest}` : ""}${search}${hash}`} replace />
    );
  }
  return (
    <WorkspaceProvider workspace={data}>
      <Shell
        top={<Switcher current={data} />}
        places={workspacePlaces(data.slug)}
        reason={({ permission }) =>
          permission && !may(data.role, permission) ? missing(data.role, permission) : null
        }
      >
        <Suspended workspace={data} />
        {/* Another workspace is another context: nothing of the one before stays. */}
        <Outlet key={data.id} />
      </Shell>
    </WorkspaceProvider>
  );
}

function NoSuchWorkspace({ named }: { named: string }) {
  return (
    <Container size="xs" py={96} component="main">
      <Stack align="flex-start">
        <Title order={1}>There is no workspace “{named}”</Title>
        <Text c="dimmed">
          Or you are not a member of it. Ask whoever sent you the link for an invitation.
        </Text>
        <Button component={Link} to={paths.workspaces}>
          Your workspaces
        </Button>
      </Stack>
    </Container>
  );
}
