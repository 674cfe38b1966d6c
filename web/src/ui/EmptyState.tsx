import { Box, Group, Stack, Text, Title } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  icon?: TablerIcon;
  title: string;
  /** What the thing is, and what it is good for. */
  children: ReactNode;
  /** The first step. */
  action?: ReactNode;
}

/** A list that has nothing in it yet. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <Box className="panel" px="lg" py={48}>
      <Stack align="center" gap="xs" ta="center">
        {Icon && <Icon size={28} stroke={1.5} aria-hidden color="var(--mantine-color-dimmed)" />}
        <Title order={2}>{title}</Title>
        <Text c="dimmed" maw={460}>
          {children}
        </Text>
        {action && <Group mt="xs">{action}</Group>}
      </Stack>
    </Box>
  );
}
