import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { edgeKey, edgesOf, nodeOf, portOf, titleOf } from "@/graph/document";
import { portsOf } from "@/graph/kinds";
import { parentOf } from "@/graph/read";
import { addPicked, pickNext } from "../actions/picking";
import { usePortName } from "../names";
import { useEditor, useEditorStore } from "../store";
import { useView, useViewStore, type PickRequest } from "../view-store";
import { focusNode } from "../actions/focus";
import { useGo } from "../useGo";
import { KindMenu } from "./KindMenu";

const SIZE = { width: 300, height: 400 };

/** The picker where it was asked for. */
export function Picker() {
  const request = useView((state) => state.picking);
  return request ? <Open key={`${request.screen.x} ${request.screen.y}`} request={request} /> : null;
}

function Open({ request }: { request: PickRequest }) {
  const { t, i18n } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const go = useGo();
  const box = useRef<HTMLDivElement>(null);
  const inside = useEditor((state) => {
    const edge = edgesOf(state.document).find((one) => edgeKey(one) === request.edge);
    return (edge ? parentOf(state.document, edge.from) ?? (portOf(edge) === "body" ? edge.from : undefined) : request.parent) !== undefined;
  });
  const close = () => {
    view.getState().set({ picking: undefined });
    const back = request.from?.node ?? editor.getState().selected[0];
    if (back !== undefined) focusNode(back);
  };
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Element)) view.getState().set({ picking: undefined });
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, [view]);
  const left = Math.max(8, Math.min(request.screen.x + 8, innerWidth - SIZE.width - 8));
  const top = Math.max(8, Math.min(request.screen.y - 20, innerHeight - SIZE.height - 8));
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t("canvas:picker.title")}
      data-picker
      className="fixed z-30 flex animate-in flex-col rounded-lg border border-line bg-raised shadow-popover"
      style={{ left, top, ...SIZE }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") close();
      }}
    >
      {request.from && <From request={request} />}
      <KindMenu
        autoFocus
        inside={inside}
        onPick={(kind) => {
          const id = addPicked(editor, request, kind, i18n.language as Locale);
          view.getState().set({ picking: undefined });
          if (id !== undefined) go(id);
        }}
      />
    </div>
  );
}

/** After which node, and through which of its ways out. */
function From({ request }: { request: PickRequest }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const portName = usePortName();
  const from = request.from!;
  const node = useEditor((state) => nodeOf(state.document, from.node));
  const kinds = useEditor((state) => state.kinds);
  const title = useEditor((state) => titleOf(state.document, from.node));
  if (!node) return null;
  const ports = portsOf(node, kinds);
  return (
    <div className="border-b border-line px-3 py-2 text-xs text-soft">
      {t("canvas:picker.after", { title })}
      {ports.length > 1 && (
        <div role="group" aria-label={t("canvas:picker.port")} className="mt-1.5 flex flex-wrap gap-1">
          {ports.map((port) => (
            <button
              key={port.id}
              type="button"
              aria-pressed={port.id === from.port}
              onClick={() => pickNext(editor, view, from.node, port.id, request.screen)}
              className="max-w-full truncate rounded border border-line-strong px-1.5 py-0.5 aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
            >
              {portName(port)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
