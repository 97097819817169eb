/** Moving nodes by the pointer: into containers and out of them, one edit when they are let go. */
import { useReactFlow, type OnNodeDrag } from "@xyflow/react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { edgesOf, nodeOf, type NodeView } from "@/graph/document";
import { moveNodes, setParent } from "@/graph/edit";
import { fitContainer } from "@/graph/place";
import { ancestorsOf, parentOf, withInside } from "@/graph/read";
import { toast } from "@/ui/toast";
import { containerAt } from "../actions/picking";
import { useEditorStore } from "../store";
import { useViewStore } from "../view-store";
import type { FlowNode } from "./elements";

const pointOf = (event: MouseEvent | TouchEvent) => {
  const from = "clientX" in event ? event : (event.touches[0] ?? event.changedTouches[0]);
  return from && { x: from.clientX, y: from.clientY };
};

export function useDragging(moving: () => string[], settle: () => Record<string, Partial<NodeView>>) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();

  /** The container under the pointer; `undefined`: the nodes stay where they are. */
  const target = useCallback(
    (event: MouseEvent | TouchEvent, moved: readonly string[]): string | null | undefined => {
      const { document, kinds } = editor.getState();
      const point = pointOf(event);
      if (!point) return undefined;
      const into = containerAt({ document, kinds }, flow.screenToFlowPosition(point), withInside(document, moved));
      const movable = moved.filter((id) => into === undefined || !["start", "end"].includes(nodeOf(document, id)?.kind ?? ""));
      return movable.some((id) => parentOf(document, id) !== into) ? (into ?? null) : undefined;
    },
    [editor, flow],
  );

  const onDrag: OnNodeDrag<FlowNode> = useCallback(
    (event) => {
      const dropInto = target(event, moving());
      if (view.getState().dropInto !== dropInto) view.getState().set({ dropInto });
    },
    [target, moving, view],
  );

  const onDragStop: OnNodeDrag<FlowNode> = useCallback(
    (event) => {
      const ids = moving();
      const into = target(event, ids);
      view.getState().set({ dropInto: undefined });
      const views = settle();
      if (Object.keys(views).length === 0) return;
      const { edit, kinds, document: before } = editor.getState();
      edit((document) => {
        const moved = moveNodes(document, views);
        // What lies in a container that moves along goes with it.
        const tops = ids.filter((id) => !ancestorsOf(moved, id).some((up) => up in views));
        if (into !== undefined) return setParent(moved, kinds, tops, into ?? undefined);
        return tops.reduce((whole, id) => {
          const parent = parentOf(whole, id);
          return parent === undefined ? whole : fitContainer(whole, kinds, parent);
        }, moved);
      });
      const lost = edgesOf(before).length - edgesOf(editor.getState().document).length;
      if (lost > 0) toast({ title: t("canvas:container.cut", { count: lost }), detail: t("canvas:container.cutHint") });
    },
    [target, view, moving, settle, editor, t],
  );

  return { onDrag, onDragStop };
}
