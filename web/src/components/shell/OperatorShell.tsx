import { Button, Container, Stack, Text, Title } from "@mantine/core";
import { Link, Outlet } from "react-router";
import { operatorPlaces } from "~/navigation";
import { paths } from "~/paths";
import { ErrorPanel } from "../ErrorPanel";
import { useMe } from "../me";
import { PageSkeleton } from "../PageSkeleton";
import { Brand } from "./Brand";
import { Shell } from "./Shell";

/** The pages of whoever runs the instance. */
export function OperatorShell() {
  const { data: me, error, refetch } = useMe();
  if (me && !me.operator_since) {
    return (
      <Container size="xs" py={96} component="main">
        <Stack align="flex-start">
          <Title order={1}>These pages are for the operator</Title>
          <Text c="dimmed">Only who runs this instance of Guildhall can open them.</Text>
          <Button component={Link} to={paths.workspaces}>
            Your workspaces
          </Button>
        </Stack>
      </Container>
    );
  }
  return (
    <Shell top={<Brand about="Operator" />} places={operatorPlaces()}>
      {me ? (
        <Outlet />
      ) : error ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton />
      )}
    </Shell>
  );
}
