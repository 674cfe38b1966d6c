import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** Filters that live in the address. Changing one begins at the first page again. */
export function useFilters<K extends string>(...names: K[]) {
  const [search, setSearch] = useSearchParams();
  const values = Object.fromEntries(
    names.flatMap((name) => {
      const value = search.get(name);
      return value ? [[name, value]] : [];
    }),
  ) as Partial<Record<K, string>>;
  const set = useCallback(
    (name: K, value: string | null) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          after.delete("cursor");
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
  const clear = useCallback(() => setSearch({}, { replace: true }), [setSearch]);
  return { values, set, clear, any: Object.keys(values).length > 0, cursor: search.get("cursor") };
}

/** A dialog that the address opens: `?new`, `?rotate`. Closing it leaves the rest as it is. */
export function useDialog(name: string) {
  const [search, setSearch] = useSearchParams();
  const change = (isOpen: boolean) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (isOpen) after.set(name, "");
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return { isOpen: search.has(name), open: () => change(true), close: () => change(false) };
}
