import { Table as Base, Box, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

export interface Column<T> {
  /** Its head; for the column of actions give `hidden`. */
  title: string;
  hidden?: boolean;
  cell: (row: T) => ReactNode;
  /** Right-aligned, tabular. */
  numeric?: boolean;
  /** Not on a phone. */
  wideOnly?: boolean;
  /** Holds names that people give, as long as they like. */
  wraps?: boolean;
  width?: number | string;
  /** Below all rows: their sum, or the word for it. */
  total?: ReactNode;
}

interface Props<T> {
  /** What the table lists, for those who hear it. */
  label: string;
  columns: Column<T>[];
  /** Undefined while they are loaded: a skeleton of the same height. */
  rows: T[] | undefined;
  rowKey: (row: T) => string;
  skeletonRows?: number;
}

function classes<T>({ numeric, wideOnly, wraps }: Column<T>) {
  return (
    [numeric && "numeric", wideOnly && "wide-only", wraps && "wraps"].filter(Boolean).join(" ") ||
    undefined
  );
}

/** Rows of one kind. It never makes the page wider: it scrolls in itself. */
export function Table<T>({ label, columns, rows, rowKey, skeletonRows = 5 }: Props<T>) {
  const pending = Array.from({ length: skeletonRows }, (_, index) => `pending-${index}`);
  return (
    <Box
      className="panel"
      style={{ overflowX: "auto", position: "relative" }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Base className="table" aria-label={label} aria-busy={rows === undefined}>
        <Base.Thead>
          <Base.Tr>
            {columns.map((column) => (
              <Base.Th key={column.title} className={classes(column)} w={column.width} scope="col">
                {column.hidden ? <span className="hidden-text">{column.title}</span> : column.title}
              </Base.Th>
            ))}
          </Base.Tr>
        </Base.Thead>
        <Base.Tbody>
          {rows?.map((row) => (
            <Base.Tr key={rowKey(row)}>
              {columns.map((column) => (
                <Base.Td key={column.title} className={classes(column)}>
                  {column.cell(row)}
                </Base.Td>
              ))}
            </Base.Tr>
          )) ??
            pending.map((key) => (
              <Base.Tr key={key}>
                {columns.map((column) => (
                  <Base.Td key={column.title} className={classes(column)}>
                    <Skeleton
                      height={14}
                      my={3}
                      w={column.numeric ? 48 : "70%"}
                      ml={column.numeric ? "auto" : 0}
                    />
                  </Base.Td>
                ))}
              </Base.Tr>
            ))}
        </Base.Tbody>
        {rows && columns.some(({ total }) => total !== undefined) && (
          <Base.Tfoot>
            <Base.Tr>
              {columns.map((column) => (
                <Base.Td key={column.title} className={classes(column)}>
                  {column.total}
                </Base.Td>
              ))}
            </Base.Tr>
          </Base.Tfoot>
        )}
      </Base>
    </Box>
  );
}
