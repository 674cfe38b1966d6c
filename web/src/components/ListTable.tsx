import { Button, Group, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { Page } from "~/api/types";
import { type Column, Table } from "~/ui/Table";
import { ErrorPanel } from "./ErrorPanel";

interface Props<T> {
  label: string;
  query: Pick<UseQueryResult<Page<T>>, "data" | "error" | "refetch">;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** Instead of a table without rows. */
  empty: ReactNode;
}

/** A list of the API: rows, skeleton, empty state, failure, and pages by the cursor in the address. */
export function ListTable<T>({ label, query, columns, rowKey, empty }: Props<T>) {
  const { data, error, refetch } = query;
  const [search] = useSearchParams();
  const isFirst = !search.has("cursor");
  if (error && !data)
    return (
      <Stack gap="sm">
        <ErrorPanel error={error} onRetry={() => void refetch()} />
        {/* It may be the cursor of the address that is wrong. */}
        <Pager next={null} />
      </Stack>
    );
  if (data && data.items.length === 0 && isFirst) return <>{empty}</>;
  return (
    <Stack gap="sm">
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      <Table label={label} columns={columns} rows={data?.items} rowKey={rowKey} />
      <Pager next={data?.next_cursor ?? null} />
    </Stack>
  );
}

/** Cursors go forward only; the way back is kept in the history entry. */
export function Pager({ next }: { next: string | null }) {
  const [search] = useSearchParams();
  const { state, pathname } = useLocation();
  const navigate = useNavigate();
  const cursor = search.get("cursor");
  const trail: (string | null)[] = Array.isArray(state?.trail) ? state.trail : [];
  if (!next && !cursor) return null;
  const go = (to: string | null, before: (string | null)[]) => {
    const after = new URLSearchParams(search);
    if (to) after.set("cursor", to);
    else after.delete("cursor");
    void navigate({ pathname, search: after.toString() }, { state: { trail: before } });
  };
  return (
    <Group justify="flex-end" gap="xs" component="nav" aria-label="Pages of the list">
      {cursor && trail.length === 0 && (
        <Button variant="default" onClick={() => go(null, [])}>
          First page
        </Button>
      )}
      {cursor && trail.length > 0 && (
        <Button variant="default" onClick={() => go(trail.at(-1) ?? null, trail.slice(0, -1))}>
          Previous
        </Button>
      )}
      <Button
        variant="default"
        disabled={!next}
        onClick={() => next && go(next, [...trail, cursor])}
      >
        Next
      </Button>
    </Group>
  );
}
