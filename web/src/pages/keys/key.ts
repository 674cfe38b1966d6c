// What the pages of keys decide without a server: the body of a request, the words of restrictions.

import type { Schemas } from "~/api/types";
import {
  fromLimits,
  type LimitValues,
  NO_LIMITS,
  validate as ofCredential,
  orNull,
  toLimits,
} from "~/components/credential";
import { whyNoCredits } from "~/ui/credits";

export type Key = Schemas["Key"];

/** What the form holds. */
export type KeyValues = LimitValues & {
  name: string;
  description: string;
  kind: Schemas["KeyKind"];
  permissions: string[];
  flows: string[];
  environments: string[];
  /** Only for a new one; later a cap is set by itself. Empty for none. */
  cap_credits: string;
  cap_period: Schemas["Period"];
};

export const NEW_KEY: KeyValues = {
  name: "",
  description: "",
  kind: "live",
  permissions: ["flows:call"],
  flows: [],
  environments: [],
  ...NO_LIMITS,
  cap_credits: "",
  cap_period: "month",
};

/** The body of the request: nothing chosen means no restriction. */
export function toBody(values: KeyValues): Schemas["KeyCreate"] {
  const { name, kind, permissions } = values;
  return {
    name: name.trim(),
    description: values.description.trim(),
    kind,
    permissions,
    flows: orNull(values.flows),
    environments: orNull(values.environments),
    ...toLimits(values),
  };
}

/** What can be changed later: all but the kind, and null takes a restriction away. */
export function toChange(values: KeyValues): Schemas["KeyUpdate"] {
  const { kind: _, ...body } = toBody(values);
  return body;
}

/** The cap that a new key is to have; null for none. */
export function toCap(values: KeyValues, key: string): Schemas["CapSet"] | null {
  const credits = values.cap_credits.trim();
  if (!credits) return null;
  return { subject_kind: "key", subject_id: key, period: values.cap_period, credits };
}

/** The form of a key that there is. */
export function fromKey(key: Key): KeyValues {
  return {
    name: key.name,
    description: key.description,
    kind: key.kind,
    permissions: key.permissions,
    flows: key.flows ?? [],
    environments: key.environments ?? [],
    ...fromLimits(key),
    cap_credits: "",
    cap_period: "month",
  };
}

export const validate = {
  ...ofCredential,
  permissions: (permissions: string[]) =>
    permissions.length > 0 ? null : "A key without a permission can do nothing. Choose one.",
  cap_credits: (text: string) => (text.trim() === "" ? null : whyNoCredits(text)),
};
