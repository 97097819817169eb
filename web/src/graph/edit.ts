/** Edits of a document; each gives a new one and leaves the given one as it is. */
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from "@/api/types";
import {
  BODY,
  OUT,
  edgeKey,
  edgesOf,
  nodeOf,
  nodesOf,
  portOf,
  viewOf,
  withNodes,
  withView,
  type NodeView,
  type Point,
} from "./document";
import { INSET } from "./geometry";
import { newId, newTitle } from "./ids";
import { hasEntry, portsOf, type Kinds } from "./kinds";
import { absolute, fitContainer, sizeOf } from "./place";
import { after, ancestorsOf, parentOf, roleOf, withInside } from "./read";
import { starter } from "./starters";

export interface NewNode {
  at: Point;
  parent?: string;
  /** For people; numbered when it is there already. */
  title?: string;
  /** Instead of what the kind begins with. */
  fields?: Partial<WorkflowNode>;
}
export interface Added {
  document: WorkflowDocument;
  id: string;
}

const titles = (document: WorkflowDocument) => Object.values(nodesOf(document)).map(({ title }) => title);

export function addNode(
  document: WorkflowDocument,
  kinds: Kinds,
  kind: string,
  { at, parent, title, fields }: NewNode,
): Added {
  const spec = kinds.get(kind);
  const id = newId(kind, (taken) => nodeOf(document, taken) !== undefined);
  const node: WorkflowNode = {
    kind,
    version: spec?.version ?? 1,
    title: newTitle(title ?? spec?.title.en ?? kind, titles(document)),
    description: "",
    ...(spec ? starter(spec) : {}),
    ...(parent === undefined ? {} : { parent }),
    ...fields,
  };
  const added = withNodes(document, { [id]: withView(node, at) });
  return { document: parent === undefined ? added : fitContainer(added, kinds, parent), id };
}

/** Takes nodes away with what lies inside them and the edges to and from them. The start stays. */
export function removeNodes(document: WorkflowDocument, ids: readonly string[]): WorkflowDocument {
  const gone = withInside(document, ids.filter((id) => nodeOf(document, id) && nodeOf(document, id)?.kind !== "start"));
  if (gone.size === 0) return document;
  const left = withNodes(document, Object.fromEntries([...gone].map((id) => [id, undefined])));
  return { ...left, edges: edgesOf(left).filter(({ from, to }) => !gone.has(from) && !gone.has(to)) };
}

/** Changes fields of a node; edges from ways out that it has no more go with them. */
export function patchNode(
  document: WorkflowDocument,
  id: string,
  patch: Partial<WorkflowNode>,
  kinds?: Kinds,
): WorkflowDocument {
  const node = nodeOf(document, id);
  if (!node) return document;
  const next = { ...node, ...patch };
  const changed = withNodes(document, { [id]: next });
  if (!kinds?.has(node.kind) || (patch.params === undefined && patch.policy === undefined)) return changed;
  const ports = new Set(portsOf(next, kinds).map((port) => port.id));
  const edges = edgesOf(changed);
  const kept = edges.filter((edge) => edge.from !== id || ports.has(portOf(edge)));
  return kept.length === edges.length ? changed : { ...changed, edges: kept };
}

/** The document with one more edge, unless it is there. Whether it makes sense: `canConnect`. */
export function connect(document: WorkflowDocument, from: string, port: string, to: string): WorkflowDocument {
  const edge: WorkflowEdge = { from, port, to };
  const edges = edgesOf(document);
  return edges.some((other) => edgeKey(other) === edgeKey(edge)) ? document : { ...document, edges: [...edges, edge] };
}

/** Takes edges away, by their keys. */
export function disconnect(document: WorkflowDocument, keys: readonly string[]): WorkflowDocument {
  const kept = edgesOf(document).filter((edge) => !keys.includes(edgeKey(edge)));
  return kept.length === edgesOf(document).length ? document : { ...document, edges: kept };
}

/** New places, sizes or colours. */
export function moveNodes(
  document: WorkflowDocument,
  views: Readonly<Record<string, Partial<NodeView>>>,
): WorkflowDocument {
  const changed: Record<string, WorkflowNode> = {};
  for (const [id, view] of Object.entries(views)) {
    const node = nodeOf(document, id);
    if (node) changed[id] = withView(node, view);
  }
  return Object.keys(changed).length === 0 ? document : withNodes(document, changed);
}

/**
 * Puts nodes into a container, or out of all (`undefined`), where they lie on the canvas. Edges that
 * would cross the border go. Start and end stay outside; nothing goes into itself.
 */
export function setParent(
  document: WorkflowDocument,
  kinds: Kinds,
  ids: readonly string[],
  parent: string | undefined,
): WorkflowDocument {
  const origin = parent === undefined ? { x: 0, y: 0 } : absolute(document, parent);
  const around = parent === undefined ? [] : [parent, ...ancestorsOf(document, parent)];
  const changed: Record<string, WorkflowNode> = {};
  for (const id of ids) {
    const node = nodeOf(document, id);
    if (!node || around.includes(id) || parentOf(document, id) === parent) continue;
    if (parent !== undefined && (node.kind === "start" || node.kind === "end")) continue;
    const { x, y } = absolute(document, id);
    const { parent: _, ...rest } = node;
    const at = parent === undefined ? { x, y } : { x: Math.max(x - origin.x, 8), y: Math.max(y - origin.y, INSET.top - 32) };
    changed[id] = withView(parent === undefined ? rest : { ...rest, parent }, at);
  }
  if (Object.keys(changed).length === 0) return document;
  const moved = withNodes(document, changed);
  const edges = edgesOf(moved).filter(
    (edge) => !(edge.from in changed || edge.to in changed) || roleOf(moved, edge) !== undefined,
  );
  const kept = { ...moved, edges };
  return parent === undefined ? kept : fitContainer(kept, kinds, parent);
}

/** The way out that a chain goes on through: `out`, else the first that is neither body nor error. */
export function mainPort(node: WorkflowNode, kinds: Kinds): string | undefined {
  const ports = portsOf(node, kinds).map(({ id }) => id).filter((id) => id !== BODY && id !== "error");
  return ports.includes(OUT) ? OUT : ports[0];
}

/** Puts a new node on an edge; what follows moves aside to make room. */
export function insertOnEdge(
  document: WorkflowDocument,
  kinds: Kinds,
  edge: WorkflowEdge,
  kind: string,
  options: Omit<NewNode, "at" | "parent"> = {},
): Added {
  const role = roleOf(document, edge);
  const parent = role === "enter" ? edge.from : parentOf(document, edge.from);
  const [from, to] = [viewOf(nodeOf(document, edge.from)!), viewOf(nodeOf(document, edge.to)!)];
  const at =
    role === "enter"
      ? { x: to.x, y: to.y }
      : { x: from.x + sizeOf(nodeOf(document, edge.from)!, kinds).width + 72, y: role === "leave" ? from.y : Math.round((from.y + to.y) / 2) };
  const { document: added, id } = addNode(document, kinds, kind, { ...options, at, parent });
  const between = disconnect(added, [edgeKey(edge)]);
  const into = hasEntry(nodeOf(between, id)!) ? connect(between, edge.from, portOf(edge), id) : between;
  const port = mainPort(nodeOf(into, id)!, kinds);
  const whole = port === undefined ? into : connect(into, id, port, edge.to);
  return { document: role === "leave" ? whole : makeRoom(whole, kinds, id, edge.to), id };
}

/** Moves a node and all after it to the right, until it stands clear of another. */
function makeRoom(document: WorkflowDocument, kinds: Kinds, id: string, next: string): WorkflowDocument {
  const node = nodeOf(document, id)!;
  const short = viewOf(node).x + sizeOf(node, kinds).width + 72 - viewOf(nodeOf(document, next)!).x;
  if (short <= 0) return document;
  const views = [next, ...after(document, next)].map((one) => [one, { x: viewOf(nodeOf(document, one)!).x + short }]);
  const moved = moveNodes(document, Object.fromEntries(views));
  const parent = parentOf(moved, id);
  return parent === undefined ? moved : fitContainer(moved, kinds, parent);
}

export { duplicate } from "./clipboard";
export { renameInput, renameList, renameOutput } from "./rename";
