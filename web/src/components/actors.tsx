import { Text } from "@mantine/core";
import { useRead } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useMe } from "./me";

type Actor = Schemas["Actor"];

const ASKED_MAX = 100;

/** What a list of actors is called, asked for at once; ids of those who left have no name any more. */
export function useActorNames(actors: Actor[] | undefined): (actor: Actor) => string {
  const named = (actors ?? []).filter((actor) => actor.id && ["user", "key"].includes(actor.kind));
  const ids = [...new Set(named.map((actor) => actor.id ?? ""))].sort().slice(0, ASKED_MAX);
  const me = useMe();
  const { data, isPending } = useRead(
    "/v1/actors",
    { query: { ids: ids.join(",") } },
    { enabled: ids.length > 0, keep: true },
  );
  return (actor) => {
    if (actor.kind === "system") return "Guildhall";
    if (actor.kind === "service_token") return "Operator";
    if (actor.id !== null && actor.id === me.data?.id) return "You";
    const found = data?.items.find((one) => one.id === actor.id);
    if (found) return found.name;
    if (isPending) return "…";
    return actor.kind === "key" ? "A former key" : "A former member";
  };
}

/** Who did something; a key is told from a person. */
export function ActorName({ actor, nameOf }: { actor: Actor; nameOf: (actor: Actor) => string }) {
  const name = nameOf(actor);
  return (
    <span className="truncate" title={actor.id ?? undefined}>
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
