import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import classes from "./Chart.module.css";
import { amountOf, type ChartProps, Drawing, frameOf, type Point, type Series } from "./Drawing";
import { nearest, stacked } from "./scale";

/**
 * A chart of ours: it takes less script than one symbol of a library.
 *
 * The pointer shows a tip with the figures, and so do the arrow keys: a slider without a face goes from point to
 * point and says each of them.
 */
export function Chart(props: ChartProps) {
  const { kind, points, series, label, unit, fullLabel, format, height } = props;
  const { ref, width } = useWidth<HTMLDivElement>();
  const slider = useRef<HTMLInputElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const frame = useMemo(() => frameOf(props, width), [props, width]);
  const last = points.length - 1;
  const at = pointed ?? focused;
  const shown = at === null ? undefined : points[Math.min(at, last)];
  const index = Math.min(at ?? 0, last);

  const indexAt = (event: PointerEvent<HTMLElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left - frame.left;
    return nearest(x, points.length, frame.across, kind === "bars" ? "bands" : "points");
  };
  // A finger has no place to rest on: what it touched stays until something else is touched.
  const touch = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== "touch") return;
    setFocused(indexAt(event));
    slider.current?.focus({ preventScroll: true });
  };
  return (
    <figure className={classes.chart} data-kind={kind}>
      {last >= 0 && (
        <input
          ref={slider}
          type="range"
          className={classes.slider}
          aria-label={`The chart ${unit} by ${unit}`}
          aria-valuetext={shown ? sentence(shown, series, fullLabel, format) : "Use the arrow keys"}
          min={0}
          max={last}
          value={focused ?? last}
          onChange={(event) => setFocused(Number(event.currentTarget.value))}
          onFocus={() => setFocused((before) => before ?? last)}
          onBlur={() => setFocused(null)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
      )}
      <div
        ref={ref}
        className={classes.plot}
        style={{ height }}
        onPointerMove={(event) => event.pointerType !== "touch" && setPointed(indexAt(event))}
        onPointerLeave={() => setPointed(null)}
        onPointerDown={touch}
      >
        <svg role="img" aria-label={label} width="100%" height={height} focusable="false">
          {width > 0 && <Drawing {...props} frame={frame} at={shown ? index : null} />}
        </svg>
        {shown && width > 0 && (
          <Tip
            point={shown}
            series={series}
            title={fullLabel(shown.bucket)}
            format={format}
            isSum={kind === "bars" && series.length > 1}
            x={frame.left + frame.middle(index)}
            width={width}
          />
        )}
      </div>
      {series.length > 1 && (
        <ul className={classes.legend} aria-label="Colours">
          {series.map(({ name, label, color }) => (
            <li key={name}>
              <span className={classes.colour} style={{ background: color }} aria-hidden />
              <span className="truncate" title={label}>
                {label}
              </span>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

/** How wide it is, before it is painted and whenever that changes. */
function useWidth<T extends HTMLElement>() {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current: element } = ref;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

interface TipProps {
  point: Point;
  series: Series[];
  title: string;
  format: (value: number) => string;
  isSum: boolean;
  x: number;
  width: number;
}

/** The figures of one point, beside it and never outside of the chart. */
function Tip({ point, series, title, format, isSum, x, width }: TipProps) {
  const isLeft = x > width / 2;
  const gap = 12;
  const side = isLeft ? { right: width - x + gap } : { left: x + gap };
  const sum = stacked(series.map((one) => amountOf(point, one))).at(-1)?.to ?? 0;
  return (
    // What it says, the slider says.
    <div className={classes.tip} style={side} aria-hidden>
      <strong>{title}</strong>
      {series.map((one) => (
        <div key={one.name} className={classes.row}>
          <span className={classes.colour} style={{ background: one.color }} />
          <span className="truncate">{one.label}</span>
          <span className="numeric">{words(point, one, format)}</span>
        </div>
      ))}
      {isSum && (
        <div className={classes.row}>
          <span />
          <span>Total</span>
          <span className="numeric">{format(sum)}</span>
        </div>
      )}
    </div>
  );
}

function words(point: Point, series: Series, format: (value: number) => string): string {
  const value = amountOf(point, series);
  return value === null ? "–" : format(value);
}

/** A point as one hears it. */
function sentence(
  point: Point,
  series: Series[],
  fullLabel: ChartProps["fullLabel"],
  format: ChartProps["format"],
): string {
  const parts = series.map((one) => {
    const value = amountOf(point, one);
    return `${one.label} ${value === null ? "nothing" : format(value)}`;
  });
  return `${fullLabel(point.bucket)}: ${parts.join(", ")}`;
}
