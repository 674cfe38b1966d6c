// Numbers as they are typed. A field keeps the text, so that what is no number is answered in words and not made into
// another one.

const NUMBER = /^-?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?$/;

/** The number that a text is, or null; thousands may be grouped. */
export function numberOf(text: string): number | null {
  const typed = text.trim();
  return NUMBER.test(typed) ? Number(typed.replaceAll(",", "")) : null;
}

interface Bounds {
  min: number;
  max: number;
  /** After the point; none if it is not given. */
  places?: number;
}

/** What is wrong with a number that was typed; null if nothing is. */
export function whyNoNumber(text: string, { min, max, places = 0 }: Bounds): string | null {
  const number = numberOf(text);
  const part = text.trim().split(".")[1] ?? "";
  // Where there may be places, half of the world would mean them by a comma.
  const isAmbiguous = places > 0 && text.includes(",");
  if (number === null || part.length > places || isAmbiguous)
    return places > 0
      ? `Type a number with at most ${places} decimal places, such as 1.5.`
      : "Type a whole number, such as 60.";
  if (number < min) return `It must be ${min.toLocaleString("en")} or more.`;
  return number > max ? `It must be ${max.toLocaleString("en")} or less.` : null;
}
