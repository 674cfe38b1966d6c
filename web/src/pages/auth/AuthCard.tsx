import { Box, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import mark from "../../mark.svg";

/** The card in the middle of the pages before signing in. */
export function AuthCard({
  title,
  foot,
  children,
}: {
  title: string;
  foot: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Guildhall`;
  }, [title]);
  return (
    <Box component="main" className="auth">
      <Box w="100%" maw={380}>
        <Stack align="center" gap="xs" mb="lg">
          <img src={mark} alt="Guildhall" width={40} height={40} />
          <Title order={1}>{title}</Title>
        </Stack>
        <Paper className="panel" p={{ base: "lg", sm: "xl" }}>
          {children}
        </Paper>
        <Text ta="center" mt="md" c="dimmed">
          {foot}
        </Text>
      </Box>
    </Box>
  );
}
