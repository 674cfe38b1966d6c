// Parts whose script comes when they are wanted, so that a page can be used before all of it is there.

import { notifications } from "@mantine/notifications";
import { type ReactNode, useEffect, useState } from "react";

const AGAIN_MS = 3_000;

/** What `load` gives, once it is wanted and there; while the network is not, it is tried again. */
export function useLater<T>(load: () => Promise<T>, isWanted = true): T | null {
  const [loaded, setLoaded] = useState<{ it: T } | null>(null);
  const isNeeded = isWanted && loaded === null;
  useEffect(() => {
    if (!isNeeded) return;
    let isGone = false;
    const attempt = () =>
      load().then(
        (it) => {
          if (!isGone) setLoaded({ it });
        },
        () => {
          if (isGone) return;
          notifications.show({
            id: "later",
            color: "red",
            message:
              "A part of this page could not be loaded. It is tried again; if that does not help, load the page again.",
          });
          timer = setTimeout(attempt, AGAIN_MS);
        },
      );
    // After what is on the page already: that comes first.
    let timer = setTimeout(attempt);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [load, isNeeded]);
  return loaded?.it ?? null;
}

interface Props<T> {
  load: () => Promise<T>;
  /** A dialog is wanted when it is first opened; it stays, so that it closes as others do. */
  when?: boolean;
  /** What takes its place until then. */
  waiting?: ReactNode;
  children: (loaded: T) => ReactNode;
}

/** Shows what is made of a script that is loaded when it is wanted. */
export function Later<T>({ load, when = true, waiting = null, children }: Props<T>) {
  const loaded = useLater(load, when);
  if (loaded) return children(loaded);
  return when ? waiting : null;
}
