import { IconPlayerPlay } from "@tabler/icons-react";
import { EmptyState } from "~/ui/EmptyState";
import { useFilters } from "~/ui/filters";
import { RunsTable } from "../runs/RunsTable";
import { useFlow } from "./flow";

export function Component() {
  const flow = useFlow();
  const { cursor } = useFilters();
  return (
    <RunsTable
      filter={{ flow: flow.id, cursor }}
      withFlow={false}
      empty={
        <EmptyState icon={IconPlayerPlay} title="It has not run yet">
          Run the draft in the editor, or call a live version with an API key. Runs appear here by
          themselves.
        </EmptyState>
      }
    />
  );
}
