// What helps to write in the editor: colours, completions, brackets, search, and the problems in the text.
// It is loaded after the editor, which can be used without it.

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { type Extension, Prec } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { complete } from "./complete";
import type { Word } from "./language";
import type { TextProblem } from "./YamlEditor";
import classes from "./YamlEditor.module.css";

/** Marks the problems in the text and beside it. */
export function show(editor: EditorView, problems: TextProblem[]) {
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
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: classes.key },
  { tag: [tags.string, tags.special(tags.string)], class: classes.string },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], class: classes.literal },
  { tag: tags.comment, class: classes.comment },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: classes.mark },
]);

export const extensions: Extension[] = [
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightSelectionMatches(),
  syntaxHighlighting(colours),
  yaml(),
  lintGutter(),
  autocompletion({ override: [suggest], icons: false }),
  // Before the keys of plain editing: Enter takes a completion, Backspace a pair of brackets.
  Prec.high(
    keymap.of([...closeBracketsKeymap, ...searchKeymap, ...completionKeymap, ...lintKeymap]),
  ),
];

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
