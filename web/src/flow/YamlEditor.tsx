import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { foldGutter, foldKeymap, indentUnit } from "@codemirror/language";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  gutter,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { useLater } from "~/ui/later";
import type { Span } from "./source";
import classes from "./YamlEditor.module.css";

/** Something wrong in the text. */
export interface TextProblem extends Span {
  severity: "error" | "warning";
  message: string;
}

/** What the outside may do with an editor. */
export interface EditorHandle {
  /** Selects the place, scrolls to it and puts the cursor there. */
  goTo: (span: Span, focus: boolean) => void;
}

interface Props {
  value: string;
  onChange: (text: string) => void;
  /** Its accessible name. */
  label: string;
  problems?: TextProblem[];
  readOnly?: boolean;
  onCursor?: (position: number) => void;
  onSave?: () => void;
  onRun?: () => void;
  ref?: Ref<EditorHandle>;
  className?: string;
  invalid?: boolean;
}

/** A text editor for definitions. Tab leaves it, as it leaves every field. */
export function YamlEditor({ ref, ...props }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { value, label, readOnly = false, invalid = false } = props;
  const first = useRef({ value, label, readOnly, invalid });
  // Without it one can read and type; colours, completions and problems come a moment later.
  const help = useLater(loadHelp);

  useEffect(() => {
    if (!host.current) return;
    const { current: start } = first;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.value,
        extensions: [
          ...BASE,
          helping.of(SAME_ROOM),
          changing.of(changingFor(start)),
          Prec.high(keymap.of(actions(latest))),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              const text = update.state.doc.toString();
              if (text !== latest.current.value) latest.current.onChange(text);
            }
            if (update.selectionSet || update.docChanged) {
              latest.current.onCursor?.(update.state.selection.main.head);
            }
          }),
        ],
      }),
    });
    view.current = created;
    return () => {
      created.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const { current: editor } = view;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({
      effects: changing.reconfigure(changingFor({ label, readOnly, invalid })),
    });
  }, [label, readOnly, invalid]);

  useEffect(() => {
    if (help) view.current?.dispatch({ effects: helping.reconfigure(help.extensions) });
  }, [help]);

  const { problems } = props;
  useEffect(() => {
    if (view.current && problems) help?.show(view.current, problems);
  }, [problems, help]);

  useImperativeHandle(
    ref,
    () => ({
      goTo: ({ from, to }, focus) => {
        const { current: editor } = view;
        if (!editor) return;
        const end = editor.state.doc.length;
        const [anchor, head] = [Math.min(to, end), Math.min(from, end)];
        editor.dispatch({
          selection: { anchor, head },
          effects: EditorView.scrollIntoView(head, { y: "center" }),
        });
        if (focus) editor.focus();
      },
    }),
    [],
  );

  return <div ref={host} className={`${classes.editor} ${props.className ?? ""}`} />;
}

const loadHelp = () => import("./help");

/** What may change while the editor stands. */
const changing = new Compartment();
/** What helps to write, once it is loaded. */
const helping = new Compartment();
/** The column of the problems is there from the beginning, so that the text does not move aside. */
const SAME_ROOM: Extension = gutter({ class: "cm-gutter-lint" });

function changingFor({
  label,
  readOnly,
  invalid,
}: {
  label: string;
  readOnly: boolean;
  invalid: boolean;
}) {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(true),
    EditorView.contentAttributes.of({
      "aria-label": label,
      tabindex: "0",
      "aria-readonly": String(readOnly),
      "aria-invalid": String(invalid),
    }),
  ];
}

function actions(latest: { current: Props }) {
  return [
    {
      key: "Mod-s",
      preventDefault: true,
      run: () => {
        latest.current.onSave?.();
        return true;
      },
    },
    {
      key: "Mod-Enter",
      run: () => {
        latest.current.onRun?.();
        return latest.current.onRun !== undefined;
      },
    },
  ];
}

const BASE: Extension[] = [
  lineNumbers(),
  foldGutter(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  drawSelection(),
  indentUnit.of("  "),
  EditorState.tabSize.of(2),
  keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
];
