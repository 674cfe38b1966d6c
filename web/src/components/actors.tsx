import { Text } from "@mantine/core";
import type { Schemas } from "~/api/types";
import { useMe } from "./me";
import { useNames } from "./names";

type Actor = Schemas["Actor"];

/** What those who did something are called. */
export function useActorNames(actors: Actor[] | undefined): (actor: Actor) => string {
  const named = (kind: Actor["kind"]) => kind === "user" || kind === "key";
  const nameOf = useNames(
    actors?.flatMap(({ kind, id }) => (named(kind) ? [{ kind: kind as "user" | "key", id }] : [])),
  );
  const me = useMe();
  return ({ kind, id }) => {
    if (kind === "service_token") return "The operator";
    if (!named(kind) || id === null) return "Guildhall";
    if (id === me.data?.id) return "You";
    return nameOf(kind as "user" | "key", id);
  };
}

/** Who did something; a key is told from a person. */
export function ActorName({ actor, nameOf }: { actor: Actor; nameOf: (actor: Actor) => string }) {
  const name = nameOf(actor);
  return (
    <span title={actor.id ?? undefined}>
      {name}
      {actor.kind === "key" && (
        <Text span c="dimmed" size="xs">
          {" "}
          · key
        </Text>
      )}
    </span>
  );
}
