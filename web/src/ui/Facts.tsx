import { SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** The properties of a thing, as pairs of word and value. */
export function Facts({ facts }: { facts: [label: string, value: ReactNode][] }) {
  return (
    <SimpleGrid
      component="dl"
      cols={{ base: 1, xs: 2, md: 3 }}
      spacing="md"
      verticalSpacing="md"
      m={0}
    >
      {facts.map(([label, value]) => (
        <Stack key={label} gap={2} miw={0}>
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} style={{ overflowWrap: "anywhere" }}>
            {value}
          </Text>
        </Stack>
      ))}
    </SimpleGrid>
  );
}
