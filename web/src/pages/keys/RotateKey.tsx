import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";
import { RotateCredential } from "~/components/RotateCredential";
import type { Key } from "./key";

interface Props {
  it: Key;
  opened: boolean;
  onClose: () => void;
  onDone: (key: Schemas["NewKey"]) => void;
}

/** Replaces a key by a new one with the same rights; the old one may live on for a while. */
export function RotateKey({ it, ...rest }: Props) {
  const rotate = useWrite("post", "/v1/keys/{key}/rotate", {
    invalidates: ["/v1/keys", "/v1/keys/{key}"],
  });
  return (
    <RotateCredential
      {...rest}
      title="Rotate API key"
      what="key"
      send={(body) => rotate.mutateAsync({ path: { key: it.id }, body })}
    />
  );
}
