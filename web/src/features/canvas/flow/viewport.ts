/** Where the canvas is looked at from when it opens. */
import type { Viewport } from "@xyflow/react";
import type { WorkflowDocument } from "@/api/types";
import { nodesOf, type Rect, type Size } from "@/graph/document";
import type { Kinds } from "@/graph/kinds";
import { around, rectOf } from "@/graph/place";
import { childrenOf } from "@/graph/read";

/** All of it in sight; small documents are not blown up. */
export const FIT = { duration: 160, padding: 0.1, maxZoom: 1 } as const;
const MARGIN = 48;
/** Below this nothing can be read; a large document opens at its start instead of as a whole. */
const READABLE = 0.55;

export function boundsOf(document: WorkflowDocument, kinds: Kinds, ids: readonly string[]): Rect | undefined {
  return ids.length === 0 ? undefined : around(ids.map((id) => rectOf(document, kinds, id)));
}

/** All of it if it can be read then, else from its start on. */
export function firstViewport(document: WorkflowDocument, kinds: Kinds, area: Size): Viewport {
  const all = boundsOf(document, kinds, childrenOf(document));
  if (!all) return { x: area.width / 2, y: area.height / 2, zoom: 1 };
  const fit = Math.min((area.width - 2 * MARGIN) / all.width, (area.height - 2 * MARGIN) / all.height, 1);
  if (fit >= READABLE)
    return {
      x: area.width / 2 - (all.x + all.width / 2) * fit,
      y: area.height / 2 - (all.y + all.height / 2) * fit,
      zoom: fit,
    };
  const nodes = nodesOf(document);
  const first = Object.keys(nodes).find((id) => nodes[id]!.kind === "start") ?? Object.keys(nodes)[0]!;
  const { x, y, height } = rectOf(document, kinds, first);
  const zoom = 0.75;
  return { x: MARGIN * 2 - x * zoom, y: area.height / 2 - (y + height / 2) * zoom, zoom };
}
