// Leaving with unsaved changes asks. What is unsaved is counted here: so that one question serves for all that
// stands on a page, and the end of a session does not throw away what somebody typed.

import { useEffect } from "react";
import { useBlocker } from "react-router";

let count = 0;

/** Is there anything on the page that would be lost? */
export function hasUnsaved(): boolean {
  return count > 0;
}

/** While `isDirty`, leaving the page is held back. */
export function useUnsaved(isDirty: boolean) {
  useEffect(() => {
    if (!isDirty) return;
    count += 1;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", hold);
    return () => {
      count -= 1;
      window.removeEventListener("beforeunload", hold);
    };
  }, [isDirty]);
}

/** The state of a navigation away from what was just deleted: there is nothing left to save. */
export const GONE = { gone: true };

/** Holds back who leaves with unsaved changes. The router knows one such guard at a time, so it stands at the root. */
export function useLeaveGuard() {
  return useBlocker(
    ({ currentLocation, nextLocation }) =>
      hasUnsaved() &&
      currentLocation.pathname !== nextLocation.pathname &&
      !(nextLocation.state as Partial<typeof GONE> | null)?.gone,
  );
}
