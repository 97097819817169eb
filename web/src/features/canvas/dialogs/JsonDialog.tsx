import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { edgesOf, nodeOf, nodesOf, titleOf, withNodes } from "@/graph/document";
import { placeMissing } from "@/graph/place";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/states";
import { useEditor, useEditorStore } from "../store";
import { useView } from "../view-store";

const print = (value: unknown) => JSON.stringify(value, null, 2);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a text says, if it can be taken as a node or document. */
function read(text: string, whole: boolean): { value: Record<string, unknown> } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return { fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  if (!isRecord(value)) return { fault: "{…}" };
  if (!whole) return typeof value.kind === "string" ? { value } : { fault: "kind" };
  const nodes = value.nodes ?? {};
  if (!isRecord(nodes)) return { fault: "nodes" };
  const wrong = Object.entries(nodes).find(([, node]) => !isRecord(node) || typeof node.kind !== "string");
  if (wrong) return { fault: `nodes.${wrong[0]}` };
  const edges = value.edges ?? [];
  const bad = Array.isArray(edges) ? edges.findIndex((edge) => !isRecord(edge) || typeof edge.from !== "string" || typeof edge.to !== "string") : 0;
  return bad >= 0 ? { fault: `edges[${bad}]` } : { value };
}

/** The document, or one node of it, as JSON that can be edited; taken over as one edit. */
export function JsonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const readonly = useEditor((state) => state.readonly);
  const asked = useView((state) => state.jsonOf);
  const node = asked !== undefined && nodeOf(editor.getState().document, asked) ? asked : undefined;
  const [text, setText] = useState(() => {
    const { document } = editor.getState();
    return print(node === undefined ? document : nodeOf(document, node));
  });
  const [first] = useState(text);
  const parsed = read(text, node === undefined);
  const apply = () => {
    if (!("value" in parsed)) return;
    const { edit, kinds } = editor.getState();
    edit((document) => {
      if (node !== undefined) return withNodes(document, { [node]: parsed.value as unknown as WorkflowNode });
      const next = parsed.value as unknown as WorkflowDocument;
      return placeMissing({ ...document, ...next, nodes: nodesOf(next), edges: edgesOf(next) }, kinds);
    });
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={node === undefined ? t("canvas:json.title") : t("canvas:json.node", { title: titleOf(editor.getState().document, node) })}
      closeLabel={t("common:action.close")}
      className="max-w-3xl"
      footer={
        <>
          <CopyButton text={text} label={t("common:action.copy")} doneLabel={t("common:action.copied")} />
          {!readonly && (
            <Button variant="primary" disabled={"fault" in parsed || text === first} onClick={apply}>
              {t("canvas:json.apply")}
            </Button>
          )}
        </>
      }
    >
      <Code label={t("canvas:json.title")} text={first} readonly={readonly} onChange={setText} />
      {"fault" in parsed && (
        <Notice tone="warning" className="mt-2" title={t("canvas:json.fault")} reference={parsed.fault} />
      )}
    </Dialog>
  );
}

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-text)" },
  { tag: tags.string, color: "var(--success-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warning-text)" },
]);

function Code({
  label,
  text,
  readonly,
  onChange,
}: {
  label: string;
  text: string;
  readonly: boolean;
  onChange: (text: string) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  useEffect(() => {
    if (!box.current) return;
    const view = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          history(),
          bracketMatching(),
          highlightActiveLine(),
          keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
          syntaxHighlighting(COLORS),
          json(),
          linter(jsonParseLinter()),
          EditorState.readOnly.of(readonly),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => update.docChanged && changed.current(update.state.doc.toString())),
          EditorView.theme({
            "&": { height: "min(56dvh, 560px)", fontSize: "12px" },
            ".cm-scroller": { fontFamily: "var(--font-mono)" },
            ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-soft)", border: "none" },
            ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
            ".cm-cursor": { borderLeftColor: "var(--text)" },
            "&.cm-focused": { outline: "none" },
          }),
        ],
      }),
    });
    return () => view.destroy();
  }, [label, text, readonly]);
  return <div ref={box} className="overflow-hidden rounded-md border border-line-strong" />;
}
