import { useMemo } from "react";
import { condense, diffLines, type Line } from "./diff";
import classes from "./TextDiff.module.css";

interface Props {
  left: { title: React.ReactNode; text: string };
  right: { title: React.ReactNode; text: string };
}

/** Two texts beside each other; what differs is marked by colour and by a sign. */
export function TextDiff({ left, right }: Props) {
  const rows = useMemo(() => condense(diffLines(left.text, right.text)), [left.text, right.text]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label="Comparison">
      <table className={classes.table}>
        <colgroup>
          <col className={classes.numbers} />
          <col />
          <col className={classes.numbers} />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th colSpan={2} scope="colgroup">
              {left.title}
            </th>
            <th colSpan={2} scope="colgroup">
              {right.title}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) =>
            row === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are known by their place
              <tr key={index}>
                <td colSpan={4} className={classes.cut}>
                  …
                </td>
              </tr>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are known by their place
              <tr key={index}>
                <Side line={row.left} kind={row.kind === "same" ? "twice" : "removed"} />
                <Side line={row.right} kind={row.kind === "same" ? "same" : "added"} />
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}

/** A line on one side. On a phone there is one column, and what is on both sides stands there once. */
function Side({ line, kind }: { line: Line | null; kind: "removed" | "added" | "same" | "twice" }) {
  const shown = line ? kind : "gap";
  return (
    <>
      <td className={classes.number} data-kind={shown}>
        {line?.number}
      </td>
      <td className={classes.line} data-kind={shown}>
        {line?.text}
      </td>
    </>
  );
}
