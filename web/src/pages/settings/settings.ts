// What the settings of a workspace decide without a server: what is sent, and what two people changed.

import type { Schemas, Workspace } from "~/api/types";

/** What the form holds. */
export type SettingsValues = {
  name: string;
  slug: string;
  description: string;
  picture_url: string;
  time_zone: string;
};

export type Field = keyof SettingsValues;

export const LABELS: Record<Field, string> = {
  name: "Name",
  slug: "Address",
  description: "Description",
  picture_url: "Picture",
  time_zone: "Time zone",
};

const FIELDS = Object.keys(LABELS) as Field[];

/** How long an old address leads to the new one. */
export const REDIRECT_DAYS = 90;
/** How long a deleted workspace can be restored. */
export const RESTORE_DAYS = 30;

const SLUG = /^[a-z0-9][a-z0-9-]{1,38}$/;

export function fromWorkspace(it: Workspace): SettingsValues {
  const { name, slug, description, picture_url, time_zone } = it;
  return { name, slug, description, picture_url: picture_url ?? "", time_zone };
}

/** Only what is different; an empty picture takes it away. */
export function toChange(
  before: SettingsValues,
  values: SettingsValues,
): Schemas["WorkspaceUpdate"] {
  const changed = Object.fromEntries(
    FIELDS.filter((field) => clean(values[field]) !== before[field]).map((field) => [
      field,
      field === "picture_url" ? clean(values[field]) || null : clean(values[field]),
    ]),
  );
  return changed as Schemas["WorkspaceUpdate"];
}

export const validate = {
  name: (name: string) => (name.trim() ? null : "Give it a name."),
  slug: (slug: string) =>
    SLUG.test(slug.trim())
      ? null
      : "Use 2 to 39 small letters, digits and hyphens, beginning with a letter or digit.",
  time_zone: (zone: string) => (zone ? null : "Choose a time zone."),
};

/** Somebody else saved first: a field that is not the same on both sides. */
export interface Difference {
  field: Field;
  /** What this person has in the form. */
  mine: string;
  /** What is stored now. */
  theirs: string;
  /** Did both change it? Then only one of the two can stay. */
  both: boolean;
}

/** Where the two sides differ, seen from what both began with. */
export function differences(
  before: SettingsValues,
  mine: SettingsValues,
  theirs: SettingsValues,
): Difference[] {
  return FIELDS.filter((field) => clean(mine[field]) !== theirs[field]).map((field) => ({
    field,
    mine: clean(mine[field]),
    theirs: theirs[field],
    both: clean(mine[field]) !== before[field] && theirs[field] !== before[field],
  }));
}

/** What I changed, and for the rest what the other one left. */
export function merged(
  before: SettingsValues,
  mine: SettingsValues,
  theirs: SettingsValues,
): SettingsValues {
  const pick = (field: Field) =>
    clean(mine[field]) === before[field] ? theirs[field] : mine[field];
  return Object.fromEntries(FIELDS.map((field) => [field, pick(field)])) as SettingsValues;
}

/** The zones that the browser knows, with the one that is set. */
export function timeZones(now: string): string[] {
  const known = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  return [...new Set(known.includes(now) ? known : [now, ...known])];
}

/** When a deleted workspace is erased. */
export function erasedAt(deletedAt: string): string {
  return new Date(Date.parse(deletedAt) + RESTORE_DAYS * 86_400_000).toISOString();
}

const clean = (text: string) => text.trim();
