// What the operator's page of users decides without a server.

import type { User } from "~/api/types";

/** What the filter of the list asks for. */
export function standingQuery(standing: string | undefined): {
  operator?: boolean;
  disabled?: boolean;
} {
  if (standing === "operator") return { operator: true };
  return standing === "disabled" ? { disabled: true } : {};
}

/** Why an act is off for a user, or null if it is not. */
export function offOf(
  { operator_since }: Pick<User, "operator_since">,
  isMe: boolean,
): { promote: string | null; disable: string | null } {
  return {
    promote: operator_since ? "Is an operator already." : null,
    disable: isMe ? "You would lock yourself out. Another operator can." : null,
  };
}
