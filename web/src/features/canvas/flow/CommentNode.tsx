import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeOf, viewOf } from "@/graph/document";
import { moveNodes, patchNode } from "@/graph/edit";
import { useEditor, useEditorStore } from "../store";
import type { FlowNode } from "./elements";

export const NOTE_COLORS = ["", "accent", "warning", "success", "danger"] as const;

const LOOK: Record<string, string> = {
  accent: "bg-accent-soft border-accent/40",
  warning: "bg-warning-soft border-warning-text/40",
  success: "bg-success-soft border-success-text/40",
  danger: "bg-danger-soft border-danger-text/40",
};
const SWATCH: Record<string, string> = {
  "": "bg-surface",
  accent: "bg-accent-soft",
  warning: "bg-warning-soft",
  success: "bg-success-soft",
  danger: "bg-danger-soft",
};

/** A note; drawn large around nodes, a group that takes them along. It lies under everything else. */
export const CommentNode = memo(function CommentNode({ id, selected }: NodeProps<FlowNode>) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const node = useEditor((state) => nodeOf(state.document, id));
  const readonly = useEditor((state) => state.readonly);
  const open = useEditor((state) => state.open?.node === id);
  const area = useRef<HTMLTextAreaElement>(null);
  const [writing, setWriting] = useState(false);
  useEffect(() => {
    // Opened by the keyboard or a double click: a note has no panel, its text is here.
    if (!open) return;
    setWriting(true);
    editor.getState().openNode(undefined);
  }, [open, editor]);
  useEffect(() => {
    if (writing) area.current?.focus();
  }, [writing]);
  if (!node) return null;
  const text = typeof node.params?.text === "string" ? node.params.text : "";
  const color = viewOf(node).color ?? "";
  return (
    <div
      data-node={id}
      data-kind="comment"
      className={`h-full rounded-lg border p-2.5 ${LOOK[color] ?? "border-line-strong bg-surface/80"} ${selected ? "ring-2 ring-ring/35" : ""}`}
      onDoubleClick={() => !readonly && setWriting(true)}
    >
      <NodeResizer
        isVisible={selected && !readonly}
        minWidth={120}
        minHeight={60}
        lineClassName="!border-accent"
        handleClassName="!size-2.5 !rounded-sm !border-accent !bg-raised"
      />
      {writing ? (
        <textarea
          ref={area}
          aria-label={t("canvas:comment.text")}
          value={text}
          onBlur={() => setWriting(false)}
          onKeyDown={(event) => {
            // What is typed is text, not keys of the canvas.
            if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
            if (event.key === "Escape") area.current?.closest<HTMLElement>(".react-flow__node")?.focus();
          }}
          onChange={(event) => {
            const next = event.target.value;
            editor.getState().edit((document) => patchNode(document, id, { params: { ...node.params, text: next } }), { merge: `note ${id}` });
          }}
          className="nodrag nowheel size-full resize-none bg-transparent text-[13px] leading-5 outline-none"
        />
      ) : (
        <p className="size-full overflow-hidden text-[13px] leading-5 break-words whitespace-pre-wrap">
          {text || <span className="text-faint">{t("canvas:comment.empty")}</span>}
        </p>
      )}
      {selected && !readonly && (
        <div className="nodrag absolute -top-9 left-0 flex gap-1 rounded-md border border-line bg-raised p-1 shadow-popover">
          {NOTE_COLORS.map((one) => (
            <button
              key={one}
              type="button"
              aria-label={t(`canvas:comment.color.${one || "plain"}`)}
              aria-pressed={one === color}
              onClick={() => editor.getState().edit((document) => moveNodes(document, { [id]: { color: one || undefined } }))}
              className={`size-5 rounded border border-line-strong ${SWATCH[one]} aria-pressed:ring-2 aria-pressed:ring-ring`}
            />
          ))}
        </div>
      )}
    </div>
  );
});
