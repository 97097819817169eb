/** Nodes as text: copied in one workflow, pasted into another. */
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from "@/api/types";
import { edgesOf, nodeOf, nodesOf, portOf, viewOf, withNodes, withView, type Point } from "./document";
import { newId, newTitle } from "./ids";
import type { Kinds } from "./kinds";
import { absolute } from "./place";
import { mapRefs } from "./refs";
import { parentOf, withInside } from "./read";

const MARK = "hearth/nodes";

interface Clipping {
  type: typeof MARK;
  format: 1;
  nodes: Record<string, WorkflowNode>;
  edges: WorkflowEdge[];
}

/** These nodes, what lies inside them, and the edges between them, as JSON text. Start and end stay out. */
export function copy(document: WorkflowDocument, ids: readonly string[]): string {
  return JSON.stringify(clip(document, ids), null, 2);
}

function clip(document: WorkflowDocument, ids: readonly string[]): Clipping {
  const nodes: Record<string, WorkflowNode> = {};
  const all = withInside(document, ids);
  for (const id of all) {
    const node = nodeOf(document, id);
    if (!node || node.kind === "start" || node.kind === "end") continue;
    const parent = parentOf(document, id);
    if (parent !== undefined && all.has(parent)) nodes[id] = node;
    else {
      const { parent: _, ...rest } = node;
      nodes[id] = withView(rest, absolute(document, id));
    }
  }
  const edges = edgesOf(document).filter(({ from, to }) => from in nodes && to in nodes);
  return { type: MARK, format: 1, nodes, edges };
}

export interface Pasted {
  document: WorkflowDocument;
  ids: string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads what `copy` wrote, or a whole document; `undefined` for any other text. */
function read(text: string): Clipping | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isRecord(value.nodes)) return undefined;
  if (value.type !== MARK && !(value.format === 1 && "mode" in value)) return undefined;
  const nodes = Object.entries(value.nodes).filter(
    ([, node]) => isRecord(node) && typeof node.kind === "string" && node.kind !== "start" && node.kind !== "end",
  ) as [string, WorkflowNode][];
  const known = new Set(nodes.map(([id]) => id));
  const edges = (Array.isArray(value.edges) ? value.edges : []).filter(
    (edge): edge is WorkflowEdge => isRecord(edge) && known.has(String(edge.from)) && known.has(String(edge.to)),
  );
  return nodes.length === 0 ? undefined : { type: MARK, format: 1, nodes: Object.fromEntries(nodes), edges };
}

/**
 * Adds nodes from text, their upper left corner at a place of the canvas or of a container. References
 * to nodes that are not here are unset. `undefined`: the text holds no nodes.
 */
export function paste(
  document: WorkflowDocument,
  kinds: Kinds,
  text: string,
  at: Point,
  parent?: string,
): Pasted | undefined {
  const clipping = read(text);
  return clipping && place(document, kinds, clipping, (corner) => ({ x: at.x - corner.x, y: at.y - corner.y }), parent);
}

/** Copies nodes beside themselves, in the containers they lie in. */
export function duplicate(document: WorkflowDocument, kinds: Kinds, ids: readonly string[], by: Point = { x: 32, y: 32 }): Pasted {
  const groups = new Map<string | undefined, string[]>();
  const all = withInside(document, ids);
  for (const id of ids) {
    const parent = parentOf(document, id);
    // What lies inside a container that is copied comes with it.
    if (parent !== undefined && all.has(parent) && ids.includes(parent)) continue;
    groups.set(parent, [...(groups.get(parent) ?? []), id]);
  }
  let made: Pasted = { document, ids: [] };
  for (const [parent, group] of groups) {
    const origin = parent === undefined ? { x: 0, y: 0 } : absolute(document, parent);
    const shift = { x: by.x - origin.x, y: by.y - origin.y };
    const next = place(made.document, kinds, clip(document, group), () => shift, parent);
    made = { document: next.document, ids: [...made.ids, ...next.ids] };
  }
  return made;
}

function place(
  document: WorkflowDocument,
  kinds: Kinds,
  { nodes, edges }: Clipping,
  shiftOf: (corner: Point) => Point,
  parent: string | undefined,
): Pasted {
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(nodesOf(document)));
  for (const [id, node] of Object.entries(nodes)) {
    const name = newId(node.kind, (one) => taken.has(one));
    taken.add(name);
    names.set(id, name);
  }
  const isTop = (node: WorkflowNode) => !node.parent || !(node.parent in nodes);
  const tops = Object.entries(nodes).filter(([, node]) => isTop(node));
  const corner = {
    x: Math.min(...tops.map(([, node]) => viewOf(node).x)),
    y: Math.min(...tops.map(([, node]) => viewOf(node).y)),
  };
  const shift = shiftOf(corner);
  const titles = Object.values(nodesOf(document)).map(({ title }) => title);
  const added: Record<string, WorkflowNode> = {};
  for (const [id, node] of Object.entries(nodes)) {
    const { parent: inside, ...rest } = mapRefs(node, (ref) => {
      const name = names.get(ref.node);
      if (name !== undefined) return { ...ref, node: name };
      return nodeOf(document, ref.node) ? ref : undefined;
    });
    const title = newTitle(node.title || (kinds.get(node.kind)?.title.en ?? node.kind), titles);
    titles.push(title);
    const to = isTop(node) ? parent : names.get(inside!);
    const { x, y } = viewOf(node);
    const view = isTop(node) ? { x: x + shift.x, y: y + shift.y } : { x, y };
    added[names.get(id)!] = withView({ ...rest, title, ...(to === undefined ? {} : { parent: to }) }, view);
  }
  const joined = edges.map((edge) => ({ from: names.get(edge.from)!, port: portOf(edge), to: names.get(edge.to)! }));
  const made = withNodes(document, added);
  return {
    document: { ...made, edges: [...edgesOf(document), ...joined] },
    ids: tops.map(([id]) => names.get(id)!),
  };
}
