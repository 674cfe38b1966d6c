import { Button, Group, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { read } from "~/api/queries";
import type { Workspace } from "~/api/types";
import { type Named, useNames } from "~/components/names";
import { type Here, useWorkspace } from "~/components/workspace";
import { FilterSelect } from "~/ui/FilterSelect";
import { dayOf, daysBetween, RANGE_DEFAULT, RANGES, type Span, spanOf } from "./range";

const MINUTE_MS = 60_000;

/** What calls can be narrowed to; the summary, the list and their exports take the same. */
const NARROWED = ["flow", "key", "environment", "user"] as const;
type Narrowed = (typeof NARROWED)[number];

/** What takes all of them away. */
export const NOT_NARROWED: Record<Narrowed, null> = {
  flow: null,
  key: null,
  environment: null,
  user: null,
};

/** What is looked at, as the address says it: the span and what it is narrowed to. */
export function scopeOf(workspace: Workspace, search: URLSearchParams) {
  const text = (name: string) => search.get(name) ?? undefined;
  // Within a minute the same is asked.
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS - 1;
  const zone = workspace.time_zone;
  const span = spanOf(
    { range: text("range"), from: text("from"), to: text("to"), by: text("by") },
    zone,
    now,
  );
  const only: Partial<Record<Narrowed, string>> = Object.fromEntries(
    NARROWED.flatMap((name) => (text(name) ? [[name, text(name)]] : [])),
  );
  return { workspace, zone, now, span, text, only, cursor: search.get("cursor") };
}

export function useScope() {
  const { workspace } = useWorkspace();
  const [search, setSearch] = useSearchParams();
  const set = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("cursor");
        for (const [name, value] of Object.entries(changes)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  return { ...scopeOf(workspace, search), set };
}

export type Scope = ReturnType<typeof useScope>;

/** From when to when, for a request. */
export const times = ({ from, to }: Span) => ({ from, ...(to ? { to } : {}) });

/** What can be chosen from. */
export function choices({ ws, may }: Here) {
  const all = { workspace: ws, query: { limit: 200 } };
  return {
    flows: { ...read("/v1/flows", all), enabled: may("flows:read") },
    keys: { ...read("/v1/keys", all), enabled: may("keys:read") },
    environments: { ...read("/v1/environments", all), enabled: may("environments:read") },
  };
}

/** Span, flow, key, environment, and the person that a link named. */
export function UsageFilters({ scope, children }: { scope: Scope; children?: React.ReactNode }) {
  const all = choices(useWorkspace());
  const flows = useQuery(all.flows);
  const keys = useQuery(all.keys);
  const environments = useQuery(all.environments);
  const nameOf = useNames(NARROWED.map((kind) => ({ kind, id: scope.only[kind] })));
  const narrow = (
    name: Narrowed & Named,
    label: string,
    all: string,
    items: { id: string; name: string }[] | undefined,
  ) => (
    <FilterSelect
      label={label}
      all={all}
      value={scope.only[name]}
      data={items?.map(({ id, name }) => ({ value: id, label: name }))}
      nameOf={(id) => nameOf(name, id)}
      onChange={(value) => scope.set({ [name]: value })}
    />
  );
  return (
    <Group gap={8} mb="md" align="flex-start">
      <Select
        aria-label="Time"
        data={RANGES}
        value={scope.span.range}
        allowDeselect={false}
        onChange={(range) => scope.set(rangeChange(range ?? RANGE_DEFAULT, scope))}
        w={{ base: "calc(50% - 4px)", xs: 150 }}
      />
      {scope.span.range === "custom" && <ChosenDays scope={scope} />}
      {narrow("flow", "Flow", "Every flow", flows.data?.items)}
      {narrow("key", "API key", "Every key", keys.data?.items)}
      {narrow("environment", "Environment", "Every environment", environments.data?.items)}
      {children}
      {scope.only.user && (
        <Button
          variant="default"
          rightSection={<IconX size={14} aria-hidden />}
          aria-label={`No longer only by ${nameOf("user", scope.only.user)}`}
          onClick={() => scope.set({ user: null })}
        >
          By {nameOf("user", scope.only.user)}
        </Button>
      )}
    </Group>
  );
}

function rangeChange(range: string, { span, zone, now }: Scope): Record<string, string | null> {
  if (range !== "custom") return { range, from: null, to: null, by: null };
  return { range, from: dayOf(zone, Date.parse(span.from)), to: dayOf(zone, now), by: null };
}

function ChosenDays({ scope }: { scope: Scope }) {
  const [from, to] = [scope.text("from") ?? "", scope.text("to") ?? ""];
  const change = (changed: { from: string; to: string }) => {
    if (daysBetween(changed.from, changed.to) !== null) {
      scope.set({ range: "custom", ...changed, by: null });
      return;
    }
    // The other end goes along, so that it stays a span.
    const only = changed.from === from ? changed.to : changed.from;
    if (daysBetween(only, only) !== null)
      scope.set({ range: "custom", from: only, to: only, by: null });
  };
  return (
    <>
      <TextInput
        type="date"
        aria-label="First day"
        value={from}
        max={dayOf(scope.zone, scope.now)}
        onChange={(event) => change({ from: event.currentTarget.value, to })}
        w={{ base: "calc(50% - 4px)", xs: 140 }}
      />
      <TextInput
        type="date"
        aria-label="Last day"
        value={to}
        max={dayOf(scope.zone, scope.now)}
        onChange={(event) => change({ from, to: event.currentTarget.value })}
        w={{ base: "calc(50% - 4px)", xs: 140 }}
      />
    </>
  );
}
