// The settings of the instance: what the form holds, and what of it is sent.

import type { Schemas } from "~/api/types";

export type Settings = Schemas["Settings"];

export const SIGN_UPS: { value: Schemas["SignUpPolicy"]; label: string; says: string }[] = [
  { value: "open", label: "Open", says: "Everybody who can reach this server." },
  { value: "invitation", label: "By invitation", says: "Whoever holds an invitation." },
  { value: "closed", label: "Closed", says: "Nobody; you make the users yourself." },
];

export type SettingsValues = {
  product_name: string;
  logo_url: string;
  support_url: string;
  sign_up: Schemas["SignUpPolicy"];
  signup_bonus: string;
  flow_call_price: string;
  verify_price: string;
};

export function fromSettings(it: Settings): SettingsValues {
  return { ...it, logo_url: it.logo_url ?? "", support_url: it.support_url ?? "" };
}

const NULLABLE = ["logo_url", "support_url"];

/** Only what is different; an empty address takes it away. */
export function toChange(
  before: SettingsValues,
  values: SettingsValues,
): Schemas["SettingsUpdate"] {
  const names = Object.keys(values) as (keyof SettingsValues)[];
  return Object.fromEntries(
    names
      .map((name) => [name, values[name].trim()] as const)
      .filter(([name, value]) => value !== before[name])
      .map(([name, value]) => [name, value === "" && NULLABLE.includes(name) ? null : value]),
  ) as Schemas["SettingsUpdate"];
}
