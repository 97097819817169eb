/** Connections as lines only: few elements for many connections. */
import { getBezierPath, Position } from "@xyflow/react";
import type { Point } from "@/graph/document";
import { HANDLE } from "@/graph/geometry";
import type { FlowEdge, FlowNode } from "./elements";

/** Lines of one element; enough to be few, and so close together that most of them need no drawing elsewhere. */
const TOGETHER = 16;

export interface Wire<Look extends string> {
  look: Look;
  path: string;
}

/** The nodes that move when others do: those themselves, and what lies inside them. */
export function carriedBy(nodes: readonly FlowNode[], moved: ReadonlySet<string>): Set<string> {
  const carried = new Set(moved);
  // Containers come before what they hold.
  for (const { id, parentId } of nodes) if (parentId !== undefined && carried.has(parentId)) carried.add(id);
  return carried;
}

/** The lines of edges, some of one look in each element. */
export function wires<Look extends string>(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
  lookOf: (edge: FlowEdge) => Look,
): Wire<Look>[] {
  const places = new Map<string, { node: FlowNode; at: Point }>();
  for (const node of nodes) {
    const { x, y } = places.get(node.parentId ?? "")?.at ?? { x: 0, y: 0 };
    places.set(node.id, { node, at: { x: x + node.position.x, y: y + node.position.y } });
  }
  const end = (id: string, type: "source" | "target", handle: string | null | undefined): Point | undefined => {
    const place = places.get(id);
    const found = place?.node.handles?.find((one) => one.type === type && one.id === handle);
    if (!place || !found) return undefined;
    // A line begins at the outer side of its handle.
    const side = found.position === Position.Left ? 0 : HANDLE;
    return { x: place.at.x + found.x + side, y: place.at.y + found.y + HANDLE / 2 };
  };
  const made: Wire<Look>[] = [];
  const open = new Map<Look, string[]>();
  for (const edge of edges) {
    const [from, to] = [end(edge.source, "source", edge.sourceHandle), end(edge.target, "target", edge.targetHandle)];
    if (!from || !to) continue;
    const look = lookOf(edge);
    const paths = open.get(look) ?? [];
    open.set(look, paths);
    paths.push(getBezierPath({ sourceX: from.x, sourceY: from.y, targetX: to.x, targetY: to.y })[0]);
    if (paths.length === TOGETHER) made.push({ look, path: paths.splice(0).join("") });
  }
  for (const [look, paths] of open) if (paths.length > 0) made.push({ look, path: paths.join("") });
  return made;
}
