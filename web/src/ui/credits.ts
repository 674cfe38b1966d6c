// Credits are decimal strings with up to six places. They are never made a float: digits are only grouped and cut.

const PLACES = 6;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;

/** As whole microcredits. */
export function toMicro(credits: string): bigint {
  const match = DECIMAL.exec(credits.trim());
  if (!match) throw new RangeError(`not an amount of credits: ${credits}`);
  const [, sign, whole = "0", part = ""] = match;
  const micro = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(PLACES, "0"));
  return sign ? -micro : micro;
}

/** From whole microcredits, as the API spells it. */
export function fromMicro(micro: bigint): string {
  const digits = (micro < 0n ? -micro : micro).toString().padStart(PLACES + 1, "0");
  const part = digits.slice(-PLACES).replace(/0+$/, "");
  const whole = digits.slice(0, -PLACES);
  return `${micro < 0n ? "-" : ""}${whole}${part ? `.${part}` : ""}`;
}

/** For people: grouped by thousands, all places that are there. */
export function formatCredits(credits: string): string {
  const match = DECIMAL.exec(credits);
  if (!match) return credits;
  const [, sign, whole = "0", part] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign ? "−" : ""}${grouped}${part ? `.${part}` : ""}`;
}

/** Is it an amount that a field takes? */
export function isCredits(text: string): boolean {
  return DECIMAL.test(text.trim());
}

export const AN_AMOUNT = "Type an amount with at most six decimal places, such as 100 or 0.25.";
const MICRO_MAX = 2n ** 63n - 1n;

/** What is wrong with an amount that was typed; null if nothing is. */
export function whyNoCredits(text: string): string | null {
  if (!isCredits(text)) return AN_AMOUNT;
  const micro = toMicro(text);
  if (micro < 0n) return "It must be 0 or more.";
  return micro > MICRO_MAX ? "It must be 9,223,372,036,854 or less." : null;
}

/** Only for the height of a bar, where a pixel is coarser than the error. */
export function toPlot(credits: string): number {
  return Number(credits);
}
