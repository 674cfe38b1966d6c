// Service tokens: what one can be allowed, and the body of the request.

import type { Schemas } from "~/api/types";
import {
  fromLimits,
  type LimitValues,
  NO_LIMITS,
  validate as ofCredential,
  toLimits,
} from "~/components/credential";

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

/** What the form holds. */
export type TokenValues = LimitValues & {
  name: string;
  description: string;
  permissions: string[];
};

/** What a service in front of an API needs, and no more. */
export const NEW_TOKEN: TokenValues = {
  name: "",
  description: "",
  permissions: ["operator:verify"],
  ...NO_LIMITS,
};

/** The body of the request, for a new one and for a change: nothing chosen means no restriction. */
export const toBody = (values: TokenValues) => ({
  name: values.name.trim(),
  description: values.description.trim(),
  permissions: values.permissions,
  ...toLimits(values),
});

/** The form of a token that there is. */
export const fromToken = (token: Token): TokenValues => ({
  name: token.name,
  description: token.description,
  permissions: token.permissions,
  ...fromLimits(token),
});

export const validate = {
  ...ofCredential,
  permissions: (chosen: string[]) =>
    chosen.length > 0 ? null : "A token without a permission can do nothing. Choose one.",
};
