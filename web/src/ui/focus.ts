// Where the focus goes when a dialog closes. What opened it may be gone by then: an item of a menu, the palette.

import { useEffect } from "react";

const PASSING = "[role='dialog'], [role='menu'], [role='listbox']";
/** After the dialog itself has tried. */
const SETTLED_MS = 30;

/** What had the focus last, apart from what only passes. */
let lastFocused: HTMLElement | null = null;
let openDialogs = 0;

if (typeof document !== "undefined")
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && !target.closest(PASSING)) lastFocused = target;
  });

/** When the last dialog closes, the focus is back at what led to it, or else at the page. */
export function useFocusBack(opened: boolean) {
  useEffect(() => {
    if (!opened) return;
    const opener = lastFocused;
    openDialogs += 1;
    return () => {
      openDialogs -= 1;
      setTimeout(() => {
        const active = document.activeElement;
        const isLost = active === null || active === document.body || active.closest(PASSING);
        if (openDialogs > 0 || !isLost) return;
        const page = document.getElementById("page");
        (opener?.isConnected ? opener : page)?.focus({ preventScroll: true });
      }, SETTLED_MS);
    };
  }, [opened]);
}
