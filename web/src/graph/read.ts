/** How the nodes of a document lie to each other. */
import type { WorkflowDocument, WorkflowEdge } from "@/api/types";
import { BODY, edgesOf, nodeOf, nodesOf, portOf } from "./document";

interface Ways {
  into: ReadonlyMap<string, readonly WorkflowEdge[]>;
  outOf: ReadonlyMap<string, readonly WorkflowEdge[]>;
}

// Documents are never changed in place, so an index lives as long as its list of edges.
const indexed = new WeakMap<WorkflowEdge[], Ways>();

/** The edges by both their ends. */
export function ways(document: WorkflowDocument): Ways {
  const edges = edgesOf(document);
  const known = indexed.get(edges);
  if (known) return known;
  const into = new Map<string, WorkflowEdge[]>();
  const outOf = new Map<string, WorkflowEdge[]>();
  const add = (map: Map<string, WorkflowEdge[]>, id: string, edge: WorkflowEdge) => {
    const there = map.get(id);
    if (there) there.push(edge);
    else map.set(id, [edge]);
  };
  for (const edge of edges) {
    add(into, edge.to, edge);
    add(outOf, edge.from, edge);
  }
  const made = { into, outOf };
  indexed.set(edges, made);
  return made;
}

/** What an edge does: leads on, into a container's body, or back to its end. */
export type Role = "next" | "enter" | "leave";

export function roleOf(document: WorkflowDocument, edge: WorkflowEdge): Role | undefined {
  const [from, to] = [nodeOf(document, edge.from), nodeOf(document, edge.to)];
  if (!from || !to) return undefined;
  const body = portOf(edge) === BODY;
  if (!body && parentOf(document, edge.from) === parentOf(document, edge.to)) return "next";
  if (body) return parentOf(document, edge.to) === edge.from ? "enter" : undefined;
  return parentOf(document, edge.from) === edge.to ? "leave" : undefined;
}

/** The container a node lies in; a parent that is not there holds nothing. */
export function parentOf(document: WorkflowDocument, id: string): string | undefined {
  const parent = nodeOf(document, id)?.parent ?? undefined;
  return parent !== undefined && nodeOf(document, parent) ? parent : undefined;
}

/** The containers around a node, innermost first; a circle of parents ends it. */
export function ancestorsOf(document: WorkflowDocument, id: string): string[] {
  const around: string[] = [];
  for (let at = parentOf(document, id); at !== undefined; at = parentOf(document, at)) {
    if (at === id || around.includes(at)) break;
    around.push(at);
  }
  return around;
}

export const childrenOf = (document: WorkflowDocument, parent?: string): string[] =>
  Object.keys(nodesOf(document)).filter((id) => parentOf(document, id) === parent);

/** These nodes and all that lies inside them. */
export function withInside(document: WorkflowDocument, ids: readonly string[]): Set<string> {
  const all = new Set(ids);
  // A child can stand before its parent in the map: until nothing is added.
  for (let size = -1; size !== all.size; ) {
    size = all.size;
    for (const id of Object.keys(nodesOf(document))) {
      const parent = parentOf(document, id);
      if (parent !== undefined && all.has(parent)) all.add(id);
    }
  }
  return all;
}

/** The nodes before one among those of its own container, nearest first. */
export function before(document: WorkflowDocument, id: string): string[] {
  return walk(document, id, "into");
}

/** The nodes after one among those of its own container, nearest first. */
export function after(document: WorkflowDocument, id: string): string[] {
  return walk(document, id, "outOf");
}

function walk(document: WorkflowDocument, id: string, direction: keyof Ways): string[] {
  const index = ways(document)[direction];
  const seen = new Set([id]);
  const order = [id];
  for (let at = 0; at < order.length; at++)
    for (const edge of index.get(order[at]!) ?? []) {
      const next = direction === "into" ? edge.from : edge.to;
      if (seen.has(next) || roleOf(document, edge) !== "next") continue;
      seen.add(next);
      order.push(next);
    }
  return order.slice(1);
}

/**
 * The nodes whose outputs a node may use, nearest first: those before it in its container, then
 * those before each container around it.
 */
export function upstreamOf(document: WorkflowDocument, id: string): string[] {
  return [id, ...ancestorsOf(document, id)].flatMap((level) => before(document, level));
}
