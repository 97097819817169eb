/** A CodeMirror view as a controlled React component, in the colours of the app. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, type CSSProperties, type RefObject } from "react";
import { cn } from "@/ui/cn";
import { changeBetween } from "./change";
import type { ControlProps } from "../parts/PanelField";

export interface MirrorProps extends ControlProps {
  value: string;
  onChange: (text: string) => void;
  readOnly?: boolean;
  placeholder?: string;
  /** Lines that are shown at least and at most. */
  lines?: [least: number, most: number];
  className?: string;
}

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--text)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "20px", overflow: "auto" },
  ".cm-content": { padding: "5px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--accent-soft) !important" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-placeholder": { color: "var(--text-faint)" },
  ".cm-matchingBracket": { backgroundColor: "transparent" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--hover)", outline: "1px solid var(--line-strong)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    overflow: "hidden",
    zIndex: "60",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "240px", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 8px", borderRadius: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": {
    display: "block",
    padding: "6px 8px 2px",
    border: "none",
    fontSize: "12px",
    opacity: "1",
    color: "var(--text-faint)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--hover)", color: "var(--text)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--text-faint)", marginLeft: "8px" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-text)" },
  ".cm-diagnostic": { padding: "4px 8px" },
  ".cm-chip": {
    display: "inline-block",
    padding: "0 5px",
    margin: "0 1px",
    borderRadius: "4px",
    lineHeight: "18px",
    fontFamily: "var(--font-mono)",
    fontSize: "12px",
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-text)",
    cursor: "default",
  },
  ".cm-chip-unknown": { backgroundColor: "var(--warning-soft)", color: "var(--warning-text)" },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.definitionKeyword], color: "var(--accent-text)" },
    { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--success-text)" },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--warning-text)" },
    { tag: [tags.comment, tags.meta], color: "var(--text-faint)" },
    { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--accent-text)" },
    { tag: tags.invalid, color: "var(--danger-text)" },
  ]),
);

export function Mirror({
  value,
  onChange,
  extensions,
  readOnly = false,
  placeholder,
  lines: [least, most] = [1, 12],
  className,
  viewRef,
  ...control
}: MirrorProps & { extensions: Extension; viewRef?: RefObject<EditorView | null> }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ value, onChange });
  const parts = useRef({ own: new Compartment(), state: new Compartment() });
  useEffect(() => {
    latest.current = { value, onChange };
  });

  const { id, "aria-label": label, "aria-labelledby": labelledBy, "aria-describedby": describedBy } = control;
  const invalid = control["aria-invalid"];
  const stateOf = (): Extension => [
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    EditorView.contentAttributes.of({
      role: "textbox",
      "aria-multiline": "true",
      spellcheck: "false",
      ...(id ? { id } : {}),
      ...(label ? { "aria-label": label } : {}),
      ...(labelledBy && !label ? { "aria-labelledby": labelledBy } : {}),
      ...(describedBy ? { "aria-describedby": describedBy } : {}),
      ...(invalid ? { "aria-invalid": "true" } : {}),
      // Text that cannot be edited can still be reached and scrolled.
      ...(readOnly ? { tabindex: "0", "aria-readonly": "true" } : {}),
    }),
    ...(placeholder ? [placeholderOf(placeholder)] : []),
  ];
  const first = useRef({ extensions, stateOf });

  useEffect(() => {
    const { own, state } = parts.current;
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          theme,
          colours,
          EditorView.lineWrapping,
          own.of(first.current.extensions),
          state.of(first.current.stateOf()),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== latest.current.value) latest.current.onChange(text);
          }),
        ],
      }),
    });
    view.current = made;
    if (viewRef) viewRef.current = made;
    return () => {
      made.destroy();
      view.current = null;
      if (viewRef) viewRef.current = null;
    };
  }, [viewRef]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.own.reconfigure(extensions) });
  }, [extensions]);
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.state.reconfigure(stateOf()) });
    // What it is made of.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [readOnly, id, label, labelledBy, describedBy, invalid, placeholder]);
  useEffect(() => {
    const before = view.current?.state.doc.toString();
    // Undone, restored, or changed by another part of the panel.
    if (before !== undefined && before !== value) view.current?.dispatch({ changes: changeBetween(before, value) });
  }, [value]);

  return (
    <div
      ref={host}
      data-invalid={invalid || undefined}
      className={cn(
        "overflow-hidden rounded-md border border-line-strong bg-surface transition-colors focus-within:border-accent focus-within:ring-2 focus-within:ring-ring/35 hover:border-faint data-invalid:border-danger [&_.cm-editor]:max-h-(--most) [&_.cm-editor]:min-h-(--least) [&_.cm-scroller]:max-h-(--most) [&_.cm-scroller]:min-h-(--least)",
        readOnly && "bg-sunken",
        className,
      )}
      style={{ "--least": `${least * 20 + 10}px`, "--most": `${most * 20 + 10}px` } as CSSProperties}
      // The canvas has keys of its own; they are not meant here.
      onKeyDown={(event) => event.stopPropagation()}
    />
  );
}
