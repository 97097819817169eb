/** Going to a node: selected, in sight, with the keyboard on it. */
import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { rectOf } from "@/graph/place";
import { focusNode } from "./actions/focus";
import { areas } from "./flow/viewport";
import { useEditorStore } from "./store";

export function useGo(): (id: string) => void {
  const editor = useEditorStore();
  const flow = useReactFlow();
  return useCallback(
    (id) => {
      const { document: doc, kinds, select, reveal } = editor.getState();
      const area = areas()?.free;
      const { x, y, width, height } = rectOf(doc, kinds, id);
      const from = flow.flowToScreenPosition({ x, y });
      const to = flow.flowToScreenPosition({ x: x + width, y: y + height });
      const seen = area && from.x >= area.left && from.y >= area.top && to.x <= area.right && to.y <= area.bottom;
      if (seen) select([id]);
      else reveal(id);
      focusNode(id);
    },
    [editor, flow],
  );
}
