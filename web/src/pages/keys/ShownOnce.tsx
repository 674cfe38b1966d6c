import type { Schemas } from "~/api/types";
import { ShownOnce as Shown } from "~/components/ShownOnce";

/** The key itself, this once. */
export function ShownOnce({
  made,
  onClose,
}: {
  made: Schemas["NewKey"] | null;
  onClose: () => void;
}) {
  return (
    <Shown
      opened={made !== null}
      onClose={onClose}
      title="Your new API key"
      what="key"
      name={made?.name ?? ""}
      secret={made?.key ?? undefined}
    />
  );
}
