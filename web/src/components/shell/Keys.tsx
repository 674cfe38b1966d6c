import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useEffect } from "react";
import { useNavigate } from "react-router";
import type { Place } from "~/navigation";
import { Later } from "~/ui/later";
import { isApple } from "./Shell";

const list = () => import("./KeyList");

const SHOW = "guildhall:keys";
/** After `g`, how long the second key is waited for. */
const SEQUENCE_MS = 1_200;

/** Opens the list of keys from anywhere. */
export function showKeys() {
  window.dispatchEvent(new Event(SHOW));
}

/** `?` shows the keys; `g` and a letter go to a page. */
export function Keys({ places }: { places: Place[] }) {
  const [opened, { open, close, toggle }] = useDisclosure();
  const navigate = useNavigate();
  useHotkeys(
    [
      ["shift + ?", toggle],
      ["?", toggle],
    ],
    undefined,
    false,
  );

  const byLetter = letters(places);

  useEffect(() => {
    window.addEventListener(SHOW, open);
    return () => window.removeEventListener(SHOW, open);
  }, [open]);

  useEffect(() => {
    let since = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // What is behind a dialog stays where it is.
      if (document.querySelector("[aria-modal='true']")) return;
      if (event.key === "g") {
        since = event.timeStamp;
        return;
      }
      const place = byLetter.find(([letter]) => letter === event.key)?.[1];
      if (place && event.timeStamp - since < SEQUENCE_MS) void navigate(place.to);
      since = 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const rows: [string[], string][] = [
    [[isApple() ? "⌘" : "Ctrl", "K"], "Search pages and acts"],
    [["?"], "Show these keys"],
    ...byLetter.map(([letter, place]): [string[], string] => [["g", letter], place.label]),
    [["Esc"], "Close a dialog"],
  ];
  return (
    <Later load={list} when={opened}>
      {({ KeyList }) => <KeyList opened={opened} onClose={close} rows={rows} />}
    </Later>
  );
}

/** The first letter of each place that is still free. */
function letters(places: Place[]): [string, Place][] {
  const taken = new Set<string>();
  return places.flatMap((place): [string, Place][] => {
    const letter = [...place.label.toLowerCase()].find(
      (one) => /[a-z]/.test(one) && !taken.has(one),
    );
    if (!letter) return [];
    taken.add(letter);
    return [[letter, place]];
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}
