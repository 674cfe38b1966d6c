import { SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Stat {
  label: string;
  /** Undefined while it is loaded. */
  value: ReactNode | undefined;
  /** Below, quietly: what it is made of or compared with. */
  note?: ReactNode;
}

/** A few figures side by side. */
export function Stats({ stats, label }: { stats: Stat[]; label: string }) {
  return (
    <SimpleGrid
      component="dl"
      aria-label={label}
      cols={{ base: 2, md: stats.length }}
      spacing="sm"
      verticalSpacing="sm"
      m={0}
    >
      {stats.map(({ label, value, note }) => (
        <Stack key={label} className="panel" p="sm" gap={2} miw={0}>
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} className="figure">
            {value === undefined ? <Skeleton height={22} my={4} w="60%" /> : value}
          </Text>
          <Text component="dd" m={0} size="xs" c="dimmed" mih={{ base: "3.1em", md: "1.55em" }}>
            {value === undefined ? null : note}
          </Text>
        </Stack>
      ))}
    </SimpleGrid>
  );
}
