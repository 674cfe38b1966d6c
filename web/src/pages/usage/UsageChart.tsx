import { AreaChart, BarChart, ChartTooltip, LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { Box, Group, Skeleton, Text } from "@mantine/core";
import { formatDuration } from "~/ui/time";
import { bucketLabel, type Grain } from "./range";
import type { Bars, Metric } from "./summary";

/** Told apart in light and dark, and by those who see few colours. */
const COLORS = ["guild.6", "blue.6", "orange.7", "grape.6", "cyan.8", "gray.6"];
const REST = "gray.6";
const HEIGHT = 240;

interface Shape {
  grain: Grain;
  zone: string;
  /** What is to be seen, in a sentence; the figures stand in a table beside. */
  label: string;
  height?: number;
}

type Point = { bucket: string } & Record<string, number | string | null>;

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
    color: isRest ? REST : metric === "errors" && index === 0 ? "red.7" : (COLORS[index] ?? REST),
  }));
  return (
    <Chart {...shape} series={series}>
      <BarChart
        {...common(shape)}
        type="stacked"
        data={bars.data}
        series={series}
        valueFormatter={formatPlot}
        maxBarWidth={36}
        tooltipProps={tooltip(shape, series, formatPlot)}
      />
    </Chart>
  );
}

/** Latency by day or hour. */
export function LatencyByTime({ points, ...shape }: Shape & { points: Point[] | undefined }) {
  if (!points) return <Skeleton height={shape.height ?? HEIGHT} />;
  const series = [
    { name: "p50", label: "Half of the calls took at most", color: "guild.6" },
    { name: "p95", label: "95 of 100 took at most", color: "orange.7" },
  ];
  return (
    <Chart {...shape} series={series}>
      <LineChart
        {...common(shape)}
        data={points}
        series={series}
        curveType="linear"
        connectNulls={false}
        strokeWidth={2}
        dotProps={{ r: 2.5 }}
        valueFormatter={formatLatency}
        tooltipProps={tooltip(shape, series, formatLatency)}
      />
    </Chart>
  );
}

/** One amount by day, as it goes down. */
export function AmountByDay({
  points,
  name,
  ...shape
}: Omit<Shape, "grain"> & { points: Point[]; name: string }) {
  const whole: Shape = { ...shape, grain: "day" };
  const series = [{ name: "left", label: name, color: "guild.6" }];
  return (
    <Chart {...whole} series={series}>
      <AreaChart
        {...common(whole)}
        data={points}
        series={series}
        curveType="linear"
        withDots={false}
        fillOpacity={0.25}
        withGradient={false}
        valueFormatter={formatPlot}
        tooltipProps={tooltip(whole, series, formatPlot)}
      />
    </Chart>
  );
}

type Series = { name: string; label: string; color: string }[];

/** The picture with its words: a sentence for those who do not see it, names of the colours below. */
function Chart({ label, series, children }: Shape & { series: Series; children: React.ReactNode }) {
  return (
    <>
      <Box role="img" aria-label={label}>
        {children}
      </Box>
      {series.length > 1 && (
        <Group className="legend" component="ul" aria-label="Colours">
          {series.map(({ name, label, color }) => (
            <Group key={name} component="li" gap={6} wrap="nowrap" miw={0} maw="100%">
              <Box w={10} h={10} flex="none" style={{ borderRadius: 2 }} bg={color} aria-hidden />
              <Text size="xs" className="truncate">
                {label}
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </>
  );
}

function common({ grain, zone, height = HEIGHT }: Shape) {
  return {
    h: height,
    dataKey: "bucket",
    textColor: "dimmed",
    gridColor: "var(--guild-line)",
    strokeDasharray: "0",
    tickLine: "none" as const,
    // The figures are in the table, which is read and reached like any other.
    accessibilityLayer: false,
    xAxisProps: {
      tickFormatter: (bucket: string) => bucketLabel(bucket, grain, zone),
      minTickGap: 24,
      interval: "preserveStartEnd" as const,
    },
    yAxisProps: { width: 56, tickCount: 4 },
  };
}

function tooltip({ grain, zone }: Shape, series: Series, valueFormatter: (v: number) => string) {
  return {
    content: ({ label, payload }: { label?: unknown; payload?: unknown }) => (
      <ChartTooltip
        label={label ? bucketLabel(String(label), grain, zone, true) : undefined}
        payload={payload as Record<string, unknown>[]}
        series={series}
        valueFormatter={valueFormatter}
      />
    ),
  };
}

const plot = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const bigPlot = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** On an axis steps below a millisecond are told apart. */
const formatLatency = (ms: number) => (ms < 1 ? `${plot.format(ms)} ms` : formatDuration(ms));

/** For axes and tips, which are coarser than the table. */
export function formatPlot(value: number): string {
  return Math.abs(value) >= 100_000 ? bigPlot.format(value) : plot.format(value);
}
