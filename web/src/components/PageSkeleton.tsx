import { Box, Skeleton } from "@mantine/core";

/** While the script or the data of a page are on their way. */
export function PageSkeleton() {
  return (
    <Box maw={1180} mx="auto" w="100%" aria-busy="true" aria-label="Loading" role="status">
      <Skeleton height={24} width={180} mb="sm" />
      <Skeleton height={14} width="min(420px, 80%)" mb="xl" />
      <Skeleton height={220} />
    </Box>
  );
}
