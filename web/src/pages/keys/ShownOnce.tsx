import type { Schemas } from "~/api/types";
import { ErrorPanel } from "~/components/ErrorPanel";
import { ShownOnce as Shown } from "~/components/ShownOnce";

interface Props {
  made: Schemas["NewKey"] | null;
  /** Why its cap could not be set. */
  capError?: unknown;
  onClose: () => void;
}

/** The key itself, this once. */
export function ShownOnce({ made, capError, onClose }: Props) {
  return (
    <Shown
      opened={made !== null}
      onClose={onClose}
      title="Your new API key"
      what="key"
      name={made?.name ?? ""}
      secret={made?.key ?? undefined}
    >
      {capError ? (
        <>
          <strong>It has no spending cap yet.</strong> Set one under Credits before you use it.
          <ErrorPanel error={capError} />
        </>
      ) : null}
    </Shown>
  );
}
