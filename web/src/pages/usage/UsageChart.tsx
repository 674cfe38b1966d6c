import { Skeleton } from "@mantine/core";
import { Chart } from "~/ui/chart/Chart";
import type { Point, Series } from "~/ui/chart/Drawing";
import { formatDuration } from "~/ui/time";
import { axisLabel, bucketLabel, type Grain } from "./range";
import type { Bars, Metric } from "./summary";

/** Told apart in light and dark, and by those who see few colours. */
const COLORS = ["guild-6", "blue-6", "orange-7", "grape-6", "cyan-8", "gray-6"].map(colorOf);
const REST = colorOf("gray-6");
const ERRORS = colorOf("red-7");
const HEIGHT = 240;

function colorOf(name: string): string {
  return `var(--mantine-color-${name})`;
}

interface Shape {
  grain: Grain;
  zone: string;
  /** What is to be seen, in a sentence; the figures stand in a table beside. */
  label: string;
  height?: number;
}

/** Bars by day or hour. */
export function BarsByTime({
  bars,
  nameOf,
  metric,
  ...shape
}: Shape & {
  bars: Bars | undefined;
  nameOf: (value: string | null) => string;
  metric: Metric;
}) {
  if (!bars) return <Skeleton height={shape.height ?? HEIGHT} />;
  const series = bars.series.map(({ name, value, isRest }, index) => ({
    name,
    label: isRest ? "All others" : nameOf(value),
    color: isRest ? REST : metric === "errors" && index === 0 ? ERRORS : (COLORS[index] ?? REST),
  }));
  return (
    <Chart
      {...common(shape, bars.data)}
      kind="bars"
      series={series}
      format={formatPlot}
      whole={metric !== "credits"}
    />
  );
}

const LATENCY: Series[] = [
  { name: "p50", label: "Half of the calls took at most", color: colorOf("guild-6") },
  { name: "p95", label: "95 of 100 took at most", color: colorOf("orange-7") },
];

/** Latency by day or hour. */
export function LatencyByTime({ points, ...shape }: Shape & { points: Point[] | undefined }) {
  if (!points) return <Skeleton height={shape.height ?? HEIGHT} />;
  return <Chart {...common(shape, points)} kind="lines" series={LATENCY} format={formatLatency} />;
}

/** One amount by day, as it goes down. */
export function AmountByDay({
  points,
  name,
  ...shape
}: Omit<Shape, "grain"> & { points: Point[]; name: string }) {
  const series = [{ name: "left", label: name, color: colorOf("guild-6") }];
  return (
    <Chart
      {...common({ ...shape, grain: "day" }, points)}
      kind="area"
      series={series}
      format={formatPlot}
    />
  );
}

function common({ grain, zone, label, height = HEIGHT }: Shape, points: Point[]) {
  return {
    points,
    label,
    height,
    unit: grain,
    axisLabel: (bucket: string) => axisLabel(bucket, grain, zone, points.length),
    fullLabel: (bucket: string) => bucketLabel(bucket, grain, zone, true),
  };
}

const plot = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const smallPlot = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const bigPlot = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });

/** On an axis steps of a fraction of a millisecond are told apart. */
const formatLatency = (ms: number) => (ms < 100 ? `${plot.format(ms)} ms` : formatDuration(ms));

/** For axes and tips, which are coarser than the table. */
export function formatPlot(value: number): string {
  const size = Math.abs(value);
  if (size < 1) return smallPlot.format(value);
  return (size >= 100_000 ? bigPlot : plot).format(value);
}
