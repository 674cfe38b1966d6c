import { Box, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { Frame } from "~/ui/Frame";
import { Stats } from "~/ui/Stats";

const FIGURES = ["Credits left", "Spent, 30 days", "Calls, 30 days", "Latency, 30 days"];

/** The page before it is known what is still to be set up: of the same size, so that nothing jumps. */
export function OverviewSkeleton({
  about,
  panelHeight,
}: {
  about: string | undefined;
  panelHeight: number;
}) {
  return (
    <Frame title="Overview" about={about}>
      <Stack gap="md" aria-busy="true" aria-label="Loading" role="status">
        <Stats
          label="The last 30 days"
          stats={FIGURES.map((label) => ({ label, value: undefined }))}
        />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {["Spend by day", "Burn-down"].map((title) => (
            <Box key={title} className="panel" p="md">
              <Skeleton height={20} width={140} mb="md" />
              <Skeleton height={panelHeight} />
            </Box>
          ))}
        </SimpleGrid>
        <Skeleton height={20} width={140} />
        <Skeleton height={240} />
      </Stack>
    </Frame>
  );
}
