import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { complete } from "./complete";
import type { Word } from "./language";
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
  language?: "flow" | "json";
  problems?: TextProblem[];
  readOnly?: boolean;
  onCursor?: (position: number) => void;
  onSave?: () => void;
  onRun?: () => void;
  ref?: Ref<EditorHandle>;
  className?: string;
  invalid?: boolean;
}

/** A text editor for definitions and for JSON. Tab leaves it, as it leaves every field. */
export function YamlEditor({ ref, ...props }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { value, label, language = "flow", readOnly = false, invalid = false } = props;
  const first = useRef({ value, label, language, readOnly, invalid });

  useEffect(() => {
    if (!host.current) return;
    const { current: start } = first;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.value,
        extensions: [
          ...extensionsOf(start.language),
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

  const { problems } = props;
  useEffect(() => {
    const { current: editor } = view;
    if (!editor || !problems) return;
    const end = editor.state.doc.length;
    const diagnostics = problems.map(
      ({ from, to, severity, message }): Diagnostic => ({
        from: Math.min(from, end),
        to: Math.min(to, end),
        severity,
        message,
      }),
    );
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [problems]);

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

/** What may change while the editor stands. */
const changing = new Compartment();

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

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: classes.key },
  { tag: [tags.string, tags.special(tags.string)], class: classes.string },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], class: classes.literal },
  { tag: tags.comment, class: classes.comment },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: classes.mark },
]);

function extensionsOf(language: "flow" | "json") {
  return [
    lineNumbers(),
    foldGutter(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    syntaxHighlighting(colours),
    EditorState.tabSize.of(2),
    ...(language === "flow"
      ? [yaml(), lintGutter(), autocompletion({ override: [suggest], icons: false })]
      : [json(), EditorView.lineWrapping]),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
  ];
}

function suggest(context: CompletionContext): CompletionResult | null {
  const found = complete(context.state.doc.toString(), context.pos);
  if (!found) return null;
  // Nothing typed yet: only when asked for, or after what begins an expression or a value.
  const typed = context.pos - found.from;
  const inviting = /(\$\{ ?|[\w)\]]\.| \.|\$|: )$/.test(
    context.state.sliceDoc(context.pos - 3, context.pos),
  );
  if (!context.explicit && typed === 0 && !inviting) return null;
  return {
    from: found.from,
    options: found.words.map((word) => optionOf(word, found.indent)),
    validFor: /^[\w$-]*$/,
  };
}

function optionOf(word: Word, indent: string): Completion {
  const text = (word.text ?? `${word.name}: `)
    .replaceAll("\n", `\n${indent}`)
    .replaceAll("\t", "  ");
  return {
    label: word.name,
    detail: word.about,
    apply: (editor, _, from, to) => {
      const head = from + text.length;
      // The name of a new task is what is typed next.
      const selection = text.startsWith("name:")
        ? { anchor: from, head: from + "name".length }
        : { anchor: head };
      editor.dispatch({
        changes: { from, to, insert: text },
        selection,
        userEvent: "input.complete",
      });
    },
  };
}
