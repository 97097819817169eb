/** Reading a workflow document: parts that may be absent, places on the canvas, names of ways out. */
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from "@/api/types";

/** The default way out of a node. */
export const OUT = "out";
/** The way out of a node that failed. */
export const ERROR = "error";
/** The way from a container to the first node inside it. */
export const BODY = "body";
/** The way out that is taken when no branch is. */
export const ELSE = "else";

const NO_NODES: Record<string, WorkflowNode> = {};
const NO_EDGES: WorkflowEdge[] = [];

export const nodesOf = (document: WorkflowDocument): Record<string, WorkflowNode> => document.nodes ?? NO_NODES;
export const edgesOf = (document: WorkflowDocument): WorkflowEdge[] => document.edges ?? NO_EDGES;
export const nodeOf = (document: WorkflowDocument, id: string): WorkflowNode | undefined => document.nodes?.[id];
/** The way out that an edge takes; documents leave `out` away. */
export const portOf = (edge: WorkflowEdge): string => (edge.port as string | undefined) ?? OUT;
export const edgeKey = (edge: WorkflowEdge): string => `${edge.from} ${portOf(edge)} ${edge.to}`;

/** What people call a node. */
export const titleOf = (document: WorkflowDocument, id: string): string => nodeOf(document, id)?.title || id;

export interface Point {
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}
export type Rect = Point & Size;

/** Place, size and colour; places are relative to the container's corner. */
export interface NodeView {
  x: number;
  y: number;
  width?: number;
  height?: number;
  color?: string;
}

const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** Whether a node has a place. Imported canvases have it in `position`, with the size in `size`. */
export function hasPlace(node: WorkflowNode): boolean {
  const view = record(node.view);
  return number(view.x ?? record(view.position).x) !== undefined;
}

export function viewOf(node: WorkflowNode): NodeView {
  const view = record(node.view);
  const [position, size] = [record(view.position), record(view.size)];
  return {
    x: number(view.x) ?? number(position.x) ?? 0,
    y: number(view.y) ?? number(position.y) ?? 0,
    width: number(view.width) ?? number(size.width),
    height: number(view.height) ?? number(size.height),
    color: typeof view.color === "string" && view.color !== "" ? view.color : undefined,
  };
}

/** The node with another place, size or colour; what an importer kept in `view` stays. */
export function withView(node: WorkflowNode, part: Partial<NodeView>): WorkflowNode {
  const before = record(node.view);
  const view: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries({ ...viewOf(node), ...part }))
    if (value === undefined) delete view[key];
    else view[key] = typeof value === "number" ? Math.round(value) : value;
  if (before.position !== undefined) view.position = { x: view.x, y: view.y };
  if (before.size !== undefined && view.width !== undefined) view.size = { width: view.width, height: view.height };
  return { ...node, view };
}

/** The document with some nodes replaced; `undefined` takes a node away. */
export function withNodes(
  document: WorkflowDocument,
  changed: Record<string, WorkflowNode | undefined>,
): WorkflowDocument {
  const nodes: Record<string, WorkflowNode> = { ...nodesOf(document) };
  for (const [id, node] of Object.entries(changed))
    if (node) nodes[id] = node;
    else delete nodes[id];
  return { ...document, nodes };
}
