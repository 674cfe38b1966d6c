import { notifications } from "@mantine/notifications";
import { useCallback, useEffect, useRef, useState } from "react";
import { isRefused } from "~/api/error";
import { invalidate } from "~/api/queries";
import type { Schemas } from "~/api/types";
import { useWrite } from "~/api/write";

type Flow = Schemas["Flow"];
export type Conflict = Schemas["Conflict"];

/** What the text on the page was made from, as the server had it. */
interface Base {
  text: string;
  revision: number;
  version: number;
}

/** What a save was for, to be done again after a conflict. */
export type Saving = { kind: "draft" } | { kind: "version"; comment: string; label: string };

export interface Clash {
  conflict: Conflict;
  saving: Saving;
  /** Which of the two saves met the other one. */
  about: "draft" | "version";
}

/** The text of a flow while it is edited, and how it is saved. Nobody's work is overwritten unseen. */
export function useEditing(flow: Flow, initial: string) {
  const [text, setText] = useState(initial);
  const [base, setBase] = useState<Base>({
    text: initial,
    revision: flow.draft_revision,
    version: flow.latest_version ?? 0,
  });
  const [clash, setClash] = useState<Clash | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<Saving["kind"] | null>(null);
  const putDraft = useWrite("put", "/v1/flows/{flow}/draft");
  const postVersion = useWrite("post", "/v1/flows/{flow}/versions");
  const latest = useRef({ text, base });
  latest.current = { text, base };

  const isDirty = text !== base.text;

  // What somebody else saved is taken over at once where nothing was typed here.
  const theirs = flow.draft?.definition;
  useEffect(() => {
    const { text: now, base: from } = latest.current;
    const isNewer =
      flow.draft_revision > from.revision || (flow.latest_version ?? 0) > from.version;
    if (!isNewer || now !== from.text || theirs === undefined || theirs === null) return;
    setText(theirs);
    setBase({ text: theirs, revision: flow.draft_revision, version: flow.latest_version ?? 0 });
  }, [flow.draft_revision, flow.latest_version, theirs]);

  const saveDraft = useCallback(
    async (from: Base): Promise<Base> => {
      const { text: now } = latest.current;
      const saved = await putDraft.mutateAsync({
        path: { flow: flow.id },
        body: { definition: now },
        ifMatch: `"${from.revision}"`,
      });
      const next = { ...from, text: now, revision: saved.revision };
      setBase(next);
      return next;
    },
    [flow.id, putDraft.mutateAsync],
  );

  /** Saves; answers false if somebody else saved first, and throws what else is in the way. */
  const attempt = useCallback(
    async (saving: Saving, over?: Partial<Base>): Promise<boolean> => {
      let about: Clash["about"] = "draft";
      let from = { ...latest.current.base, ...over };
      setBusy(saving.kind);
      setError(null);
      try {
        // The draft becomes the version: so nothing older stays behind as a draft.
        if (latest.current.text !== from.text || over) from = await saveDraft(from);
        if (saving.kind === "version") {
          about = "version";
          const made = await postVersion.mutateAsync({
            path: { flow: flow.id },
            body: {
              definition: latest.current.text,
              ...(saving.comment ? { comment: saving.comment } : {}),
              ...(saving.label ? { label: saving.label } : {}),
            },
            ifMatch: `"${from.version}"`,
          });
          setBase({ ...from, version: made.number });
          notifications.show({
            message: `Version ${made.number} is saved. Deploy it to make it live.`,
          });
        }
        setClash(null);
        void invalidate("/v1/flows*");
        return true;
      } catch (caught) {
        const conflict = isRefused(caught, "version_conflict") ? caught.problem.conflict : null;
        if (conflict) setClash({ conflict, saving, about });
        else throw caught;
        return false;
      } finally {
        setBusy(null);
      }
    },
    [flow.id, saveDraft, postVersion.mutateAsync],
  );

  /** Saves, where nothing else would say what is in the way; answers whether it is saved. */
  const save = useCallback(
    async (saving: Saving, over?: Partial<Base>): Promise<boolean> => {
      try {
        return await attempt(saving, over);
      } catch (caught) {
        setError(caught);
        return false;
      }
    },
    [attempt],
  );

  /** Goes on with the other side; what was typed here is given up. */
  const takeTheirs = useCallback(({ conflict, about }: Clash) => {
    const other = conflict.latest_definition ?? "";
    setText(other);
    setBase((before) => ({
      ...before,
      text: other,
      ...(about === "draft" ? { revision: conflict.latest } : { version: conflict.latest }),
    }));
    setClash(null);
    void invalidate("/v1/flows*");
  }, []);

  /** Saves over the other side, which the person has seen. */
  const keepMine = useCallback(
    ({ conflict, about, saving }: Clash) =>
      save(
        saving,
        about === "draft" ? { revision: conflict.latest } : { version: conflict.latest },
      ),
    [save],
  );

  return {
    text,
    setText,
    isDirty,
    busy,
    error,
    clearError: useCallback(() => setError(null), []),
    clash,
    closeClash: useCallback(() => setClash(null), []),
    attempt,
    save,
    takeTheirs,
    keepMine,
    /** The version that the text began from. */
    version: base.version,
  };
}
