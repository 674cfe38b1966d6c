import { formatCredits } from "./credits";

/** An amount of credits, as the API spells it. */
export function Credits({ value, unit }: { value: string; unit?: boolean }) {
  return (
    <span style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>
      {formatCredits(value)}
      {unit && (value === "1" ? " credit" : " credits")}
    </span>
  );
}
