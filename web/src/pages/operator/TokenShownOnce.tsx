import type { Schemas } from "~/api/types";
import { ShownOnce } from "~/components/ShownOnce";

interface Props {
  made: Schemas["NewServiceToken"] | null;
  onClose: () => void;
}

/** The token itself, this once. */
export function TokenShownOnce({ made, onClose }: Props) {
  return (
    <ShownOnce
      opened={made !== null}
      onClose={onClose}
      title="Your new service token"
      what="token"
      name={made?.name ?? ""}
      secret={made?.token ?? undefined}
    />
  );
}
