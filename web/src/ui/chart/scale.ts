// The arithmetic of a chart: steps of its axes, and where things stand, in pixels.

/** Steps that people count in, of each power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/** What an axis from 0 to at least `max` is marked with: about `wanted` even steps of round numbers; of whole ones if there is no half. */
export function ticksTo(max: number, whole = false, wanted = 4): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0];
  const power = 10 ** Math.floor(Math.log10(max / wanted));
  // A hair less, so that 0.3 in steps of 0.1 is three of them and not four.
  const count = (step: number) => Math.max(1, Math.ceil(max / step - 1e-9));
  const fits = (step: number) => count(step) <= wanted && !(whole && !Number.isInteger(step));
  const step = STEPS.map((one) => power * one).find(fits) ?? power * 10;
  // Multiples and no sums, and no digits below the step: else there is a 0.30000000000000004.
  const places = Math.min(Math.max(0, 1 - Math.floor(Math.log10(step))), 20);
  return Array.from({ length: count(step) + 1 }, (_, index) =>
    Number((index * step).toFixed(places)),
  );
}

/** How many of some labels are left out after each one, so that none touches the next. */
const EVERY = [1, 2, 3, 5, 7, 10, 14, 30, 60];

/** Which labels are shown: evenly many, with room for each, and always the first or the last of them. */
export function labelsThatFit(
  labels: string[],
  widthOfOne: number,
  room: number,
  keep: "first" | "last",
): number[] {
  // An empty label marks a place that has none.
  const there = labels.flatMap((label, index) => (label ? [index] : []));
  const [first = 0, second = first + 1] = there;
  const apart = widthOfOne * (second - first);
  const needed = apart > 0 ? room / apart : Number.POSITIVE_INFINITY;
  const every = EVERY.find((one) => one >= needed) ?? there.length;
  const from = keep === "first" ? 0 : (there.length - 1) % Math.max(every, 1);
  return there.filter((_, place) => place >= from && (place - from) % Math.max(every, 1) === 0);
}

/** Where each of `count` things has its middle, and how wide one is. */
export function placesOf(count: number, width: number, kind: "bands" | "points") {
  if (kind === "bands" || count === 1) {
    const each = count > 0 ? width / count : width;
    return { each, middle: (index: number) => (index + 0.5) * each };
  }
  const each = width / (count - 1);
  return { each, middle: (index: number) => index * each };
}

/** Which of `count` things is nearest to `x`. */
export function nearest(
  x: number,
  count: number,
  width: number,
  kind: "bands" | "points",
): number | null {
  if (count === 0 || !(width > 0)) return null;
  const { each } = placesOf(count, width, kind);
  const isBand = kind === "bands" || count === 1;
  const index = isBand ? Math.floor(x / each) : Math.round(x / each);
  return Math.min(Math.max(index, 0), count - 1);
}

/** Lower and upper end of each part of a stack; what is missing or no number counts nothing. */
export function stacked(values: (number | null | undefined)[]): { from: number; to: number }[] {
  let top = 0;
  return values.map((value) => {
    const from = top;
    top += value && Number.isFinite(value) && value > 0 ? value : 0;
    return { from, to: top };
  });
}

/** The runs of values that follow each other without a gap, as their indices. */
export function runsOf(values: (number | null | undefined)[]): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  values.forEach((value, index) => {
    if (typeof value === "number" && Number.isFinite(value)) run.push(index);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  });
  if (run.length > 0) runs.push(run);
  return runs;
}
