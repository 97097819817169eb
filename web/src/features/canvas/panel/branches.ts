/** Lists in params whose elements are ways out: what is connected follows its element. */
import type { WorkflowDocument, WorkflowEdge } from "@/api/types";
import { edgesOf, nodeOf, portOf } from "@/graph/document";
import { patchNode } from "@/graph/edit";

/**
 * The document with the branches of a node in another order: `order` has the old place of each, or
 * `undefined` for a new one. `change` gives the params for it.
 */
export function reorderBranches(
  document: WorkflowDocument,
  id: string,
  order: readonly (number | undefined)[],
  change: (params: Record<string, unknown>) => Record<string, unknown>,
): WorkflowDocument {
  const node = nodeOf(document, id);
  if (!node) return document;
  const places = new Map<string, string>();
  order.forEach((old, at) => {
    if (old !== undefined) places.set(`branch_${old}`, `branch_${at}`);
  });
  const edges = edgesOf(document).flatMap((edge): WorkflowEdge[] => {
    const port = portOf(edge);
    if (edge.from !== id || !/^branch_\d+$/.test(port)) return [edge];
    const next = places.get(port);
    return next === undefined ? [] : [{ ...edge, port: next }];
  });
  return patchNode({ ...document, edges }, id, { params: change(node.params ?? {}) });
}

export const places = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
