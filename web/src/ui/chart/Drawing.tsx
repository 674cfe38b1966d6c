import classes from "./Chart.module.css";
import { labelsThatFit, placesOf, runsOf, stacked, ticksTo } from "./scale";

export interface Series {
  /** Under which its values stand in a point. */
  name: string;
  label: string;
  color: string;
}

export type Point = { bucket: string } & Record<string, number | string | null>;

export interface ChartProps {
  /** Bars upon each other, lines beside each other, or one amount with what is below it filled. */
  kind: "bars" | "lines" | "area";
  points: Point[];
  series: Series[];
  /** What is to be seen, in a sentence. */
  label: string;
  /** What the arrow keys go through, such as "day". */
  unit: string;
  /** Below the axis; empty where there is none. */
  axisLabel: (bucket: string) => string;
  /** In the tip. */
  fullLabel: (bucket: string) => string;
  format: (value: number) => string;
  /** Things of which there is no half have no half on the axis. */
  whole?: boolean;
  height: number;
}

const FONT = { size: 12, width: 7.3 };
const TOP = 8;
const BOTTOM = 26;
const LABEL_GAP = 20;
const BAR_MAX = 36;
const ROUND = 2;
/** Among more of them they would be a rope. */
const DOTS_MAX = 45;

export const amountOf = (point: Point, { name }: Series): number | null => {
  const value = point[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

type Frame = ReturnType<typeof frameOf>;

/** Where everything stands in a chart of this width. */
export function frameOf(
  { kind, points, series, axisLabel, format, whole, height }: ChartProps,
  width: number,
) {
  const totals = points.map((point) => {
    const values = series.map((one) => amountOf(point, one));
    if (kind === "bars") return stacked(values).at(-1)?.to ?? 0;
    return Math.max(0, ...values.map((value) => value ?? 0));
  });
  const max = Math.max(0, ...totals);
  const ticks = ticksTo(max, whole);
  const top = ticks.at(-1) || 1;
  const left = Math.max(...ticks.map((tick) => format(tick).length)) * FONT.width + 10;
  const labels = points.map(({ bucket }) => axisLabel(bucket));
  const widest = Math.max(0, ...labels.map((text) => text.length)) * FONT.width;
  const isBars = kind === "bars";
  // The last label stands in the middle below its point, and is not cut.
  const right = Math.max(0, widest / 2 - (isBars ? (width - left) / points.length / 2 : 0));
  const across = Math.max(0, width - left - right);
  const down = height - TOP - BOTTOM;
  const { each, middle } = placesOf(points.length, across, isBars ? "bands" : "points");
  const keep = kind === "area" ? "first" : "last";
  return {
    left,
    across,
    down,
    each,
    middle,
    ticks,
    y: (value: number) => TOP + down * (1 - value / top),
    labels: labelsThatFit(labels, each, widest + LABEL_GAP, keep).map((index) => {
      const text = labels[index] ?? "";
      return { text, x: left + middle(index) };
    }),
  };
}

export function Drawing({
  kind,
  points,
  series,
  format,
  frame,
  at,
}: ChartProps & { frame: Frame; at: number | null }) {
  const { left, across, down, ticks, y, labels, middle, each } = frame;
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className={classes.grid}
            x1={left}
            x2={left + across}
            y1={Math.round(y(tick)) + 0.5}
            y2={Math.round(y(tick)) + 0.5}
          />
          <text className={classes.text} x={left - 10} y={y(tick)} dy="0.35em" textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {labels.map(({ text, x }) => (
        <text
          key={x}
          className={classes.text}
          x={x}
          y={TOP + down + BOTTOM - 6}
          textAnchor="middle"
        >
          {text}
        </text>
      ))}
      <g transform={`translate(${left} 0)`}>
        {at !== null && kind === "bars" && (
          <rect
            className={classes.band}
            x={middle(at) - each / 2}
            y={TOP}
            width={each}
            height={down}
          />
        )}
        {at !== null && kind !== "bars" && (
          <line className={classes.at} x1={middle(at)} x2={middle(at)} y1={TOP} y2={TOP + down} />
        )}
        {kind === "bars" ? (
          <Bars points={points} series={series} frame={frame} />
        ) : (
          <Lines points={points} series={series} frame={frame} at={at} isFilled={kind === "area"} />
        )}
      </g>
    </>
  );
}

interface Drawn {
  points: Point[];
  series: Series[];
  frame: Frame;
}

/** All bars of one colour are one path. */
function Bars({ points, series, frame: { y, middle, each } }: Drawn) {
  const stacks = points.map((point) => stacked(series.map((one) => amountOf(point, one))));
  const wide = Math.min(BAR_MAX, each > 4 ? each * 0.72 : each);
  return series.map(({ name, color }, place) => (
    <path
      key={name}
      fill={color}
      d={stacks
        .map((stack, index) => {
          const part = stack[place];
          if (!part || part.to <= part.from) return "";
          const isTop = stack.at(-1)?.to === part.to;
          // Little is still something.
          const bottom = y(part.from);
          const top = isTop ? Math.min(y(part.to), bottom - 1) : y(part.to);
          return bar(middle(index) - wide / 2, top, wide, bottom - top, isTop);
        })
        .join("")}
    />
  ));
}

function bar(x: number, y: number, width: number, height: number, isTop: boolean): string {
  const round = isTop ? Math.min(ROUND, width / 4, height) : 0;
  const [left, right] = [x.toFixed(2), (x + width).toFixed(2)];
  const bottom = (y + height).toFixed(2);
  if (round === 0) return `M${left} ${bottom}V${y.toFixed(2)}H${right}V${bottom}Z`;
  const edge = (y + round).toFixed(2);
  const arc = `a${round} ${round} 0 0 1`;
  return `M${left} ${bottom}V${edge}${arc} ${round} ${-round}H${(x + width - round).toFixed(2)}${arc} ${round} ${round}V${bottom}Z`;
}

function Lines({
  points,
  series,
  frame: { y, middle },
  at,
  isFilled,
}: Drawn & { at: number | null; isFilled: boolean }) {
  return series.map((one) => {
    const values = points.map((point) => amountOf(point, one));
    const spot = (index: number) =>
      `${middle(index).toFixed(2)} ${y(values[index] ?? 0).toFixed(2)}`;
    const runs = runsOf(values);
    const line = runs.map((run) => `M${run.map(spot).join("L")}`).join("");
    const hasDots = !isFilled && points.length <= DOTS_MAX;
    const dots = hasDots ? runs.flat() : runs.filter((run) => run.length === 1).flat();
    const marked = at !== null && values[at] !== null ? at : null;
    return (
      <g key={one.name} style={{ color: one.color }}>
        {isFilled &&
          runs.map((run) => (
            <path
              key={run[0]}
              className={classes.fill}
              d={`M${middle(run[0] ?? 0)} ${y(0)}L${run.map(spot).join("L")}L${middle(run.at(-1) ?? 0)} ${y(0)}Z`}
            />
          ))}
        <path className={classes.line} d={line} />
        {dots.map((index) => (
          <circle
            key={index}
            className={classes.dot}
            cx={middle(index)}
            cy={y(values[index] ?? 0)}
            r={2.5}
          />
        ))}
        {marked !== null && (
          <circle
            className={classes.marked}
            cx={middle(marked)}
            cy={y(values[marked] ?? 0)}
            r={4.5}
          />
        )}
      </g>
    );
  });
}
