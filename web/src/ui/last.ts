import { useRef } from "react";

/** The last value that was there: what a dialog shows while it closes, and what is kept once it was opened. */
export function useLast<T>(value: T | null): T | null {
  const last = useRef(value);
  if (value !== null) last.current = value;
  return last.current;
}
