/** Two people's edits of one document, brought together. */
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from "@/api/types";
import { differing, edgesByKey, part, same, sameNode, type NodeField } from "./canonical";
import { edgeKey, edgesOf, nodeOf, nodesOf, withNodes } from "./document";

/** A node that both changed in the same part; `undefined`: taken away. */
export interface NodeConflict {
  node: string;
  mine: WorkflowNode | undefined;
  theirs: WorkflowNode | undefined;
  /** The parts that both changed; empty when one side took the node away. */
  fields: NodeField[];
}

export interface Merge {
  /** Everything that could be merged; of the conflicts what is mine. */
  document: WorkflowDocument;
  conflicts: NodeConflict[];
}

export function mergeDocuments(base: WorkflowDocument, mine: WorkflowDocument, theirs: WorkflowDocument): Merge {
  const nodes: Record<string, WorkflowNode> = {};
  const conflicts: NodeConflict[] = [];
  const ids = new Set([...Object.keys(nodesOf(base)), ...Object.keys(nodesOf(theirs)), ...Object.keys(nodesOf(mine))]);
  for (const id of ids) {
    const [was, my, their] = [nodeOf(base, id), nodeOf(mine, id), nodeOf(theirs, id)];
    const { node, fields } = mergeNode(was, my, their);
    if (node) nodes[id] = node;
    if (fields) conflicts.push({ node: id, mine: my, theirs: their, fields });
  }
  const document = { ...mine, nodes, mode: pick(base.mode, mine.mode, theirs.mode), limits: pick(base.limits, mine.limits, theirs.limits) };
  return { document: { ...document, edges: mergeEdges(base, mine, theirs, nodes) }, conflicts };
}

/** What only one side changed is taken; of what both did, mine. */
const pick = <T>(base: T, mine: T, theirs: T): T => (same(base, mine) ? theirs : mine);

function mergeNode(
  base: WorkflowNode | undefined,
  mine: WorkflowNode | undefined,
  theirs: WorkflowNode | undefined,
): { node: WorkflowNode | undefined; fields?: NodeField[] } {
  if (sameNode(mine, theirs)) return { node: mine };
  if (sameNode(base, mine)) return { node: theirs };
  if (sameNode(base, theirs)) return { node: mine };
  if (!mine || !theirs) {
    // A node that one took away and the other only moved is gone.
    const kept = mine ?? theirs;
    if (base && kept && differing(base, kept).every((field) => field === "view")) return { node: undefined };
    return { node: mine, fields: [] };
  }
  if (!base) return { node: mine, fields: differing(mine, theirs) };
  const ours = differing(base, mine);
  const both = differing(base, theirs).filter((field) => ours.includes(field) && !same(part(mine, field), part(theirs, field)));
  const merged: Record<string, unknown> = { ...mine };
  for (const field of differing(base, theirs))
    if (!ours.includes(field)) merged[field] = theirs[field];
  // Two places for one node are no quarrel.
  const fields = both.filter((field) => field !== "view");
  return { node: merged as WorkflowNode, fields: fields.length > 0 ? fields : undefined };
}

function mergeEdges(
  base: WorkflowDocument,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
  nodes: Record<string, WorkflowNode>,
): WorkflowEdge[] {
  const [was, my, their] = [edgesByKey(base), edgesByKey(mine), edgesByKey(theirs)];
  const kept: WorkflowEdge[] = [];
  for (const [key, edge] of new Map([...was, ...their, ...my])) {
    const stays = was.has(key) ? my.has(key) && their.has(key) : true;
    if (stays && edge.from in nodes && edge.to in nodes) kept.push(edge);
  }
  return kept;
}

/** The merged document with what was chosen for each conflict; edges of a node that comes back come back. */
export function settle(
  merge: Merge,
  choices: Readonly<Record<string, "mine" | "theirs">>,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
): WorkflowDocument {
  const chosen: Record<string, WorkflowNode | undefined> = {};
  for (const conflict of merge.conflicts)
    chosen[conflict.node] = conflict[choices[conflict.node] ?? "mine"];
  const document = withNodes(merge.document, chosen);
  const edges = new Map(edgesOf(document).map((edge) => [edgeKey(edge), edge]));
  for (const [side, of] of [["mine", mine], ["theirs", theirs]] as const)
    for (const [key, edge] of edgesByKey(of)) {
      const back = [edge.from, edge.to].some((id) => chosen[id] && (choices[id] ?? "mine") === side && lone(merge, id));
      if (back) edges.set(key, edge);
    }
  const there = nodesOf(document);
  return { ...document, edges: [...edges.values()].filter(({ from, to }) => from in there && to in there) };
}

/** Whether one side took the node away. */
const lone = (merge: Merge, id: string): boolean =>
  merge.conflicts.some(({ node, mine, theirs }) => node === id && (!mine || !theirs));

/** `next` with the very objects of `base` where both say the same, so that they compare at once. */
export function adopt(base: WorkflowDocument, next: WorkflowDocument): WorkflowDocument {
  const nodes = Object.entries(nodesOf(next)).map(([id, node]) => {
    const old = nodeOf(base, id);
    return [id, old && sameNode(old, node) ? old : node] as const;
  });
  return { ...next, nodes: Object.fromEntries(nodes) };
}
