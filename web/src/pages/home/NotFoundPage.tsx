import { Button } from "@mantine/core";
import { Link } from "react-router";
import { paths } from "~/paths";
import { EmptyState } from "~/ui/EmptyState";

/** An address that is none of ours. */
export function Component() {
  return (
    <div style={{ maxWidth: 720, margin: "0 auto", padding: "2rem 1rem" }}>
      <EmptyState
        title="There is no such page"
        action={
          <Button component={Link} to={paths.home}>
            Go to the start
          </Button>
        }
      >
        The address may be mistyped, or what stood here is gone.
      </EmptyState>
    </div>
  );
}
