import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { nodeOf } from "@/graph/document";
import { CARD_WIDTH } from "@/graph/geometry";
import { troubles } from "../findings";
import { useRun } from "../run/context";
import { nodeStateOf } from "../run/store";
import { useEditor } from "../store";
import { useView } from "../view-store";
import type { FlowNode } from "./elements";
import { nameOf } from "./parts";

/** A node from far away: a box with its name, in the colour of how it went. */
export const BoxNode = memo(function BoxNode({ id, type, selected, width = CARD_WIDTH }: NodeProps<FlowNode>) {
  const node = useEditor((state) => nodeOf(state.document, id));
  const wrong = useEditor((state) => (troubles(state.findings).get(id)?.errors ?? 0) > 0);
  const status = useRun((state) => nodeStateOf(state, id)?.status);
  const target = useView((state) => state.dropInto === id);
  if (!node) return null;
  return (
    <div
      className="canvas-box"
      data-node={id}
      data-kind={node.kind}
      data-shape={type}
      data-selected={selected || target || undefined}
      data-status={status}
      data-wrong={wrong || undefined}
    >
      {shortened(nameOf(node, id), width)}
    </div>
  );
});

/** Of a Latin letter and of the space beside a name; other letters are taken for twice as wide. */
const LETTER = 17;
const BESIDE = 28;

/** A name that fits; cut here because clipping in the browser would make each box a picture of its own. */
function shortened(name: string, width: number): string {
  const letters = [...name];
  const room = (width - BESIDE) / LETTER;
  let [used, fits] = [0, 0];
  for (const letter of letters) {
    used += letter.charCodeAt(0) < 0x250 ? 1 : 2;
    // The ellipsis needs a place, too.
    if (used <= room - 1) fits += 1;
  }
  return used <= room ? name : `${letters.slice(0, fits).join("").trimEnd()}…`;
}
