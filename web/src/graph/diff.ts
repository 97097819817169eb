/** What differs between two documents. */
import type { WorkflowDocument, WorkflowEdge } from "@/api/types";
import { differing, edgesByKey, same, type NodeField } from "./canonical";
import { nodeOf, nodesOf } from "./document";

export interface NodeDiff {
  id: string;
  /** What differs, places aside. */
  fields: NodeField[];
}

export interface DocumentDiff {
  added: string[];
  removed: string[];
  changed: NodeDiff[];
  /** Nodes that differ in their place, size or colour only. */
  moved: string[];
  edgesAdded: WorkflowEdge[];
  edgesRemoved: WorkflowEdge[];
  /** `mode` and `limits`. */
  document: ("mode" | "limits")[];
}

export function diffDocuments(a: WorkflowDocument, b: WorkflowDocument): DocumentDiff {
  const [before, now] = [nodesOf(a), nodesOf(b)];
  const [edgesBefore, edgesNow] = [edgesByKey(a), edgesByKey(b)];
  const diff: DocumentDiff = {
    added: Object.keys(now).filter((id) => !nodeOf(a, id)),
    removed: Object.keys(before).filter((id) => !nodeOf(b, id)),
    changed: [],
    moved: [],
    edgesAdded: [...edgesNow].filter(([key]) => !edgesBefore.has(key)).map(([, edge]) => edge),
    edgesRemoved: [...edgesBefore].filter(([key]) => !edgesNow.has(key)).map(([, edge]) => edge),
    document: [],
  };
  for (const [id, node] of Object.entries(now)) {
    const old = nodeOf(a, id);
    if (!old) continue;
    const differ = differing(old, node);
    const fields = differ.filter((name) => name !== "view");
    if (fields.length > 0) diff.changed.push({ id, fields });
    else if (differ.length > 0) diff.moved.push(id);
  }
  if ((a.mode ?? "workflow") !== (b.mode ?? "workflow")) diff.document.push("mode");
  if (!same(a.limits ?? {}, b.limits ?? {})) diff.document.push("limits");
  return diff;
}

export const isEmptyDiff = (diff: DocumentDiff): boolean =>
  Object.values(diff).every((part) => (part as unknown[]).length === 0);

/** Whether two documents say the same, in whatever form. */
export const sameDocument = (a: WorkflowDocument, b: WorkflowDocument): boolean =>
  a === b || isEmptyDiff(diffDocuments(a, b));
