/** Everything the keyboard does on the page, and what copying and pasting do. */
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { BODY, nodeOf } from "@/graph/document";
import { mainPort } from "@/graph/edit";
import { isContainer } from "@/graph/kinds";
import { childrenOf } from "@/graph/read";
import { toast } from "@/ui/toast";
import {
  addNote,
  arrange,
  copyText,
  duplicateSelected,
  follow,
  neighbour,
  nudge,
  pasteText,
  removeSelected,
  resizeSelected,
  selectAll,
} from "./actions/commands";
import { focusedNode, focusNode, focusPanel } from "./actions/focus";
import { pickAt, pickNext, underPointer } from "./actions/picking";
import { isElsewhere, isOnCanvas } from "./key-target";
import { actionOf, arrow, strokeOf, type KeyAction } from "./keys";
import { fitting, glide } from "./flow/viewport";
import { useEditorStore } from "./store";
import { useGo } from "./useGo";
import { useViewStore } from "./view-store";

const STEP = 8;
const FAR_STEP = 64;

/** Keys that work wherever the page has the keyboard; the others only on the canvas. */
const ANYWHERE = new Set<KeyAction>(["undo", "redo", "save", "find", "keys", "zoomIn", "zoomOut", "zoomFull"]);

export function useKeyboard(): void {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();
  const goTo = useGo();
  useEffect(() => {
    const middle = () => {
      const box = document.querySelector("[data-canvas]")?.getBoundingClientRect();
      return { x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 };
    };
    const go = (id: string | undefined) => {
      if (id !== undefined) goTo(id);
      return id !== undefined;
    };
    const add = () => {
      const { selected, document: doc, kinds } = editor.getState();
      const id = focusedNode() ?? selected[0];
      const node = id === undefined ? undefined : nodeOf(doc, id);
      const empty = node && id !== undefined && isContainer(kinds, node.kind) && childrenOf(doc, id).length === 0;
      const port = node && (empty ? BODY : mainPort(node, kinds));
      const at = id === undefined ? undefined : elementPlace(id);
      if (id !== undefined && port !== undefined && at) pickNext(editor, view, id, port, at);
      else pickAt(editor, view, middle(), underPointer(flow.screenToFlowPosition(middle())));
    };
    /** Gives whether the key was used. */
    const act = (action: KeyAction, event: KeyboardEvent): boolean => {
      const state = editor.getState();
      const { set } = view.getState();
      switch (action) {
        case "undo":
          state.undo();
          return true;
        case "redo":
          state.redo();
          return true;
        case "save":
          void state.flush().catch(() => {});
          return true;
        case "find":
          set({ dialog: "find" });
          return true;
        case "keys":
          set({ dialog: "keys" });
          return true;
        case "json":
          set({ dialog: "json", jsonOf: state.selected.length === 1 ? state.selected[0] : undefined });
          return true;
        case "connect":
          if (state.selected.length === 0 || state.readonly) return false;
          set({ dialog: "connect" });
          return true;
        case "add":
          add();
          return true;
        case "note": {
          const id = addNote(editor, flow.screenToFlowPosition(middle()), t("canvas:comment.title"));
          if (id !== undefined) state.openNode(id);
          return true;
        }
        case "open": {
          const id = focusedNode() ?? state.selected[0];
          if (id === undefined) return false;
          if (!state.selected.includes(id)) state.select([id]);
          state.openNode(id);
          focusPanel();
          return true;
        }
        case "remove": {
          if (state.selected.length + state.selectedEdges.length === 0) return false;
          const next = neighbour(editor, state.selected[0], -1);
          removeSelected(editor);
          if (focusedNode() !== undefined) go(next);
          return true;
        }
        case "duplicate": {
          const ids = duplicateSelected(editor);
          if (ids[0] !== undefined) focusNode(ids[0]);
          return true;
        }
        case "selectAll":
          selectAll(editor);
          return true;
        case "arrange":
          void arrange(editor).then(() => requestAnimationFrame(() => void flow.fitView(fitting())));
          return true;
        case "move":
        case "moveFar":
        case "resize": {
          if (state.selected.length === 0) return false;
          const by = arrow(event.key, action === "move" ? STEP : action === "resize" ? 24 : FAR_STEP);
          if (action === "resize") resizeSelected(editor, by);
          else nudge(editor, by);
          return true;
        }
        case "next":
        case "previous":
          // At the ends the keyboard leaves the canvas, as everywhere.
          return go(neighbour(editor, focusedNode() ?? state.selected[0], action === "next" ? 1 : -1));
        case "onward":
        case "back": {
          const id = focusedNode() ?? state.selected[0];
          return id !== undefined && go(follow(editor, id, action === "onward" ? "on" : "back"));
        }
        case "escape":
          if (view.getState().picking) set({ picking: undefined });
          else if (state.open) state.openNode(undefined);
          else if (view.getState().findings) set({ findings: false });
          else state.select([]);
          return true;
        case "fit":
          void flow.fitView(fitting());
          return true;
        case "zoomIn":
          void flow.zoomIn({ duration: glide(120) });
          return true;
        case "zoomOut":
          void flow.zoomOut({ duration: glide(120) });
          return true;
        case "zoomFull":
          void flow.zoomTo(1, { duration: glide(120) });
          return true;
        case "pointer":
        case "hand":
          set({ tool: action });
          return true;
        case "minimap":
          set({ minimap: !view.getState().minimap });
          return true;
        case "palette":
          set({ palette: !view.getState().palette });
          return true;
        case "findings":
          set({ findings: !view.getState().findings });
          return true;
        case "copy":
        case "cut":
        case "paste":
          return false;
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isElsewhere(event.target)) return;
      const action = actionOf(strokeOf(event));
      if (action === undefined || !(ANYWHERE.has(action) || isOnCanvas(event.target))) return;
      if (act(action, event)) event.preventDefault();
    };
    const onCopy = (event: ClipboardEvent) => {
      // Text that is marked somewhere is what people mean to copy.
      if (isElsewhere(event.target) || !(getSelection()?.isCollapsed ?? true)) return;
      const text = copyText(editor);
      if (text === undefined) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut" && !editor.getState().readonly) removeSelected(editor);
      else toast({ title: t("canvas:clipboard.copied") });
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isElsewhere(event.target)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const at = underPointer(flow.screenToFlowPosition(middle()));
      if (!pasteText(editor, text, at)) {
        if (text !== "" && !editor.getState().readonly) toast({ tone: "danger", title: t("canvas:clipboard.nothing") });
        return;
      }
      event.preventDefault();
      const [first] = editor.getState().selected;
      if (first !== undefined) focusNode(first);
    };
    addEventListener("keydown", onKey);
    addEventListener("copy", onCopy);
    addEventListener("cut", onCopy);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("copy", onCopy);
      removeEventListener("cut", onCopy);
      removeEventListener("paste", onPaste);
    };
  }, [editor, view, flow, goTo, t]);
}

/** Beside a node, in the window. */
function elementPlace(id: string): { x: number; y: number } | undefined {
  const box = document.querySelector(`[data-canvas] .react-flow__node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  return box && { x: box.right, y: box.top };
}
