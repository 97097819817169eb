/** The document as nodes and edges of the canvas. What did not change stays the same object. */
import { Position, type Edge, type Node, type NodeHandle } from "@xyflow/react";
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from "@/api/types";
import { BODY, edgeKey, edgesOf, nodesOf, portOf, viewOf, withView, type Size } from "@/graph/document";
import { END, geometryOf, HANDLE, IN } from "@/graph/geometry";
import { isComment, isContainer, type Kinds } from "@/graph/kinds";
import { ancestorsOf, parentOf, roleOf } from "@/graph/read";

export type FlowNode = Node<Record<string, never>, "step" | "container" | "comment">;
export type FlowEdge = Edge<Record<string, never>, "way">;

const NO_DATA: Record<string, never> = {};

interface Made {
  node: WorkflowNode;
  parent: string | undefined;
  flow: FlowNode;
}

/** Builds nodes of the canvas; one for each editor, as it remembers what it built. */
export class FlowNodes {
  private made = new Map<string, Made>();

  constructor(private readonly kinds: Kinds) {}

  /** Containers before what they hold, as the canvas wants it; else in reading order. */
  build(document: WorkflowDocument, selected: ReadonlySet<string>, readonly: boolean): FlowNode[] {
    const next = new Map<string, Made>();
    const depth = new Map<string, number>();
    for (const [id, node] of Object.entries(nodesOf(document))) {
      const parent = parentOf(document, id);
      const old = this.made.get(id);
      const is = selected.has(id);
      const unchanged = old && old.node === node && old.parent === parent;
      const flow = unchanged ? withSelected(old.flow, is) : this.one(id, node, parent, is, readonly);
      depth.set(id, parent === undefined ? 0 : ancestorsOf(document, id).length);
      next.set(id, { node, parent, flow });
    }
    this.made = next;
    return [...next.values()].map(({ flow }) => flow).sort((a, b) => depth.get(a.id)! - depth.get(b.id)!);
  }

  /** The node in another size, its handles where they are then. */
  resized(flow: FlowNode, size: Size): FlowNode {
    const made = this.made.get(flow.id);
    if (!made) return flow;
    const { handles } = this.one(flow.id, withView(made.node, size), made.parent, false, false);
    return { ...flow, ...size, measured: size, handles };
  }

  private one(id: string, node: WorkflowNode, parent: string | undefined, selected: boolean, readonly: boolean): FlowNode {
    const { width, height, handles } = geometryOf(node, this.kinds);
    const { x, y } = viewOf(node);
    const comment = isComment(node);
    return {
      id,
      type: comment ? "comment" : isContainer(this.kinds, node.kind) ? "container" : "step",
      position: { x, y },
      data: NO_DATA,
      width,
      height,
      measured: { width, height },
      handles: handles.map(
        (handle): NodeHandle => ({
          id: handle.id,
          type: handle.type,
          position: handle.side === "left" ? Position.Left : Position.Right,
          x: handle.x,
          y: handle.y,
          width: HANDLE,
          height: HANDLE,
        }),
      ),
      selected,
      deletable: node.kind !== "start",
      draggable: !readonly,
      ariaLabel: node.title || id,
      // Notes lie under everything: they are groups, too.
      ...(comment ? { zIndex: -1 } : {}),
      ...(parent === undefined ? {} : { parentId: parent }),
    };
  }
}

const withSelected = (flow: FlowNode, selected: boolean): FlowNode =>
  (flow.selected ?? false) === selected ? flow : { ...flow, selected };

// Edges have no state of their own, so they live as long as those of the document.
const edgeOf = new WeakMap<WorkflowEdge, FlowEdge>();

export function flowEdges(document: WorkflowDocument, selected: ReadonlySet<string>): FlowEdge[] {
  const nodes = nodesOf(document);
  const all: FlowEdge[] = [];
  const seen = new Set<string>();
  for (const edge of edgesOf(document)) {
    const key = edgeKey(edge);
    if (!(edge.from in nodes && edge.to in nodes) || seen.has(key)) continue;
    seen.add(key);
    const leave = roleOf(document, edge) === "leave" && portOf(edge) !== BODY;
    const target = leave ? END : IN;
    let flow = edgeOf.get(edge);
    if (!flow || flow.targetHandle !== target || (flow.selected ?? false) !== selected.has(key)) {
      flow = {
        id: key,
        type: "way",
        source: edge.from,
        sourceHandle: portOf(edge),
        target: edge.to,
        targetHandle: target,
        selected: selected.has(key),
        data: NO_DATA,
        // It holds a button.
        ariaRole: "group",
      };
      edgeOf.set(edge, flow);
    }
    all.push(flow);
  }
  return all;
}
