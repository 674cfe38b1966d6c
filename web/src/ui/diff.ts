/** A line of one side, with its number from 1. */
export interface Line {
  number: number;
  text: string;
}

/** What stands beside each other in a comparison. */
export interface DiffRow {
  kind: "same" | "changed";
  left: Line | null;
  right: Line | null;
}

/** More work than this is not worth it: then the middle counts as replaced. */
const WORK_MAX = 4_000_000;

/** Compares two texts line by line. */
export function diffLines(left: string, right: string): DiffRow[] {
  const [a, b] = [left.split("\n"), right.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end += 1;

  const rows: DiffRow[] = [];
  const push = (kind: DiffRow["kind"], i: number | null, j: number | null) =>
    rows.push({ kind, left: lineAt(a, i), right: lineAt(b, j) });
  for (let i = 0; i < start; i++) push("same", i, i);
  const pairs = commonLines(a.slice(start, a.length - end), b.slice(start, b.length - end));
  let [i, j] = [start, start];
  const replace = (toLeft: number, toRight: number) => {
    while (i < toLeft || j < toRight) {
      push("changed", i < toLeft ? i++ : null, j < toRight ? j++ : null);
    }
  };
  for (const [x, y] of pairs) {
    replace(start + x, start + y);
    push("same", i++, j++);
  }
  replace(a.length - end, b.length - end);
  while (i < a.length) push("same", i++, j++);
  return rows;
}

function lineAt(lines: string[], index: number | null): Line | null {
  return index === null ? null : { number: index + 1, text: lines[index] ?? "" };
}

/** The longest common subsequence, as pairs of indexes. */
function commonLines(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1;
  if (a.length * width > WORK_MAX) return [];
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j]
          ? (best[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** The rows with what is the same cut down to a few lines around each change; null stands for what was left out. */
export function condense(rows: DiffRow[], around = 3): (DiffRow | null)[] {
  const keep = new Set<number>();
  rows.forEach((row, index) => {
    if (row.kind === "same") return;
    for (let near = index - around; near <= index + around; near++) keep.add(near);
  });
  const shown: (DiffRow | null)[] = [];
  rows.forEach((row, index) => {
    if (keep.has(index)) shown.push(row);
    else if (shown.length === 0 || shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
