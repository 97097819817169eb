/** Keeps in sight what is worked on: a node that the editor is asked to show, and the one whose panel opens. */
import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { nodeOf } from "@/graph/document";
import { rectOf } from "@/graph/place";
import { useEditor, useEditorStore } from "../store";
import { useView } from "../view-store";
import { areas, glide, shiftInto, type Edges } from "./viewport";

/** Room around an opened node; the tools are at the bottom. */
const inside = ({ left, top, right, bottom }: Edges): Edges => ({ left: left + 24, top: top + 24, right: right - 24, bottom: bottom - 64 });
/** A node that is shown is near enough to be read. */
const NEAR = 0.75;

export function useInSight(): void {
  const editor = useEditorStore();
  const flow = useReactFlow();
  const revealing = useEditor((state) => state.revealing);
  const opened = useEditor((state) => state.open?.node);
  const wide = useView((state) => state.widePanel);
  const revealed = useRef(revealing);
  // One effect for both: who does both at once wants the node in the middle of what its panel leaves.
  useEffect(() => {
    const asked = revealing !== revealed.current;
    revealed.current = revealing;
    const id = asked ? revealing?.node : opened;
    const { document, kinds } = editor.getState();
    const area = areas();
    if (id === undefined || !area || !nodeOf(document, id)) return;
    const { canvas, free } = area;
    const box = rectOf(document, kinds, id);
    if (asked) {
      const zoom = Math.max(flow.getZoom(), NEAR);
      const x = (free.left + free.right) / 2 - canvas.left - (box.x + box.width / 2) * zoom;
      const y = (free.top + free.bottom) / 2 - canvas.top - (box.y + box.height / 2) * zoom;
      void flow.setViewport({ x, y, zoom }, { duration: glide() });
      return;
    }
    const from = flow.flowToScreenPosition(box);
    const to = flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height });
    const by = shiftInto({ left: from.x, top: from.y, right: to.x, bottom: to.y }, inside(free));
    if (by.x === 0 && by.y === 0) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x + by.x, y: y + by.y, zoom }, { duration: glide() });
  }, [editor, flow, revealing, opened, wide]);
}
