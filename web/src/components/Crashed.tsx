import { Button, Container, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useRouteError } from "react-router";
import { Refused, Unreachable } from "~/api/error";
import { ErrorPanel } from "./ErrorPanel";

/** A page that broke, or whose script could not be loaded because the server has a newer one. */
export function Crashed() {
  const error = useRouteError();
  const isOfApi = error instanceof Refused || error instanceof Unreachable;
  useEffect(() => {
    // For whoever looks why: nothing else would say it.
    // biome-ignore lint/suspicious/noConsole: a page that broke is what the console of the browser is for
    console.error(error);
  }, [error]);
  return (
    <Container size="sm" py={64}>
      <Stack align="flex-start">
        <Title order={1}>This page could not be shown</Title>
        {isOfApi ? (
          <ErrorPanel error={error} />
        ) : (
          <Text c="dimmed">
            It may be that the server was updated meanwhile. Loading it again usually helps.
          </Text>
        )}
        <Button onClick={() => window.location.reload()}>Load again</Button>
      </Stack>
    </Container>
  );
}
