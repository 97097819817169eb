import type { WorkflowDocument } from "@/api/types";
import { refsOf } from "@/graph/refs";

/** How many references of other nodes lead to an output. */
export function referencesTo(document: WorkflowDocument, id: string, output: string): number {
  let count = 0;
  for (const [other, node] of Object.entries(document.nodes ?? {}))
    if (other !== id) count += refsOf(node).filter(({ node: to, path }) => to === id && path?.[0] === output).length;
  return count;
}
