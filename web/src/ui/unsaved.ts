// Leaving with unsaved changes asks. What is unsaved is counted here, so that the end of a session does not throw
// away what somebody typed.

import { useEffect } from "react";
import { useBlocker } from "react-router";

let count = 0;

/** Is there anything on the page that would be lost? */
export function hasUnsaved(): boolean {
  return count > 0;
}

/** While `isDirty`, leaving the page is held back. Show `LeaveDialog` with what this gives. */
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
  return useBlocker(
    ({ currentLocation, nextLocation }) =>
      isDirty && currentLocation.pathname !== nextLocation.pathname,
  );
}
