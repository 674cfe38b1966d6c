// Service tokens: what one can be allowed, its state, and the body of the request.

import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";
import { toTimestamp } from "./workspace";

export type Token = Schemas["ServiceToken"];

/** What an operator may do, in the words of the server; a unit holds it against the server's own table. */
export const PERMISSIONS: [name: string, says: string][] = [
  ["operator:verify", "Check keys, charge and hold their credits, settle holds."],
  ["operator:refund", "Refund usage."],
  ["operator:workspaces_read", "See all workspaces and users."],
  ["operator:workspaces_manage", "Suspend workspaces."],
  ["operator:credits", "Grant and adjust credits."],
  ["operator:prices", "Change prices."],
  ["operator:permissions", "Register the permissions of the operator's own API."],
  ["operator:tokens", "See, make, change and revoke service tokens."],
  ["operator:users", "Disable users, make operators."],
  ["operator:settings", "Change the settings of the instance."],
  ["operator:metrics", "Read the metrics."],
];

export type TokenState = "active" | "expired" | "revoked";

export const toneOf: Record<TokenState, Tone> = {
  active: "good",
  expired: "warn",
  revoked: "quiet",
};

export function stateOf({ revoked_at, expires_at }: Token, now: number = Date.now()): TokenState {
  if (revoked_at) return "revoked";
  return expires_at && Date.parse(expires_at) <= now ? "expired" : "active";
}

export type TokenValues = { name: string; permissions: string[]; expires_at: string | null };

/** What a service in front of an API needs, and no more. */
export const NEW_TOKEN: TokenValues = {
  name: "",
  permissions: ["operator:verify"],
  expires_at: null,
};

export const toBody = ({
  name,
  permissions,
  expires_at,
}: TokenValues): Schemas["ServiceTokenCreate"] => ({
  name: name.trim(),
  permissions,
  ...(expires_at ? { expires_at: toTimestamp(expires_at) } : {}),
});
