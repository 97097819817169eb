/**
 * How large nodes are drawn and where their handles sit. All of it follows from the document, so that
 * nothing has to be measured: edges are there before the nodes they join have been drawn once.
 */
import type { WorkflowNode } from "@/api/types";
import { BODY, OUT, viewOf, type Point, type Size } from "./document";
import { declaredBy, hasEntry, isComment, isContainer, portsOf, type Kinds, type Port } from "./kinds";

export const CARD_WIDTH = 264;
export const HEADER = 44;
export const ROW = 24;
const FOOT = 8;
export const HANDLE = 12;

export const COMMENT: Size = { width: 240, height: 120 };
export const CONTAINER: Size = { width: 620, height: 280 };
export const CONTAINER_LEAST: Size = { width: 360, height: 180 };
/** Between a container's border and what lies inside. */
export const INSET = { top: 84, side: 64, bottom: 40 } as const;
/** The way into a node. */
export const IN = "in";
/** The end of a container's body, inside it. */
export const END = "end";

export interface Handle extends Point {
  id: string;
  type: "source" | "target";
  side: "left" | "right";
}

export interface Geometry extends Size {
  /** Upper left corners, relative to the node. */
  handles: Handle[];
  /** Ways out that have a row of their own. */
  rows: Port[];
  inputs: boolean;
  outputs: boolean;
}

const HALF = HANDLE / 2;

/** Whether a node gives anything that a card would name. */
const gives = (node: WorkflowNode, kinds: Kinds): boolean =>
  (node.outputs?.length ?? 0) > 0 || declaredBy(kinds.get(node.kind)?.outputs).length > 0;

// Nodes are never changed in place: one answer for each is enough.
const known = new WeakMap<Kinds, WeakMap<WorkflowNode, Geometry>>();

export function geometryOf(node: WorkflowNode, kinds: Kinds): Geometry {
  const of = known.get(kinds) ?? new WeakMap<WorkflowNode, Geometry>();
  known.set(kinds, of);
  const there = of.get(node);
  if (there) return there;
  const made = compute(node, kinds);
  of.set(node, made);
  return made;
}

function compute(node: WorkflowNode, kinds: Kinds): Geometry {
  const view = viewOf(node);
  if (isComment(node))
    return {
      width: view.width ?? COMMENT.width,
      height: view.height ?? COMMENT.height,
      handles: [],
      rows: [],
      inputs: false,
      outputs: false,
    };
  const container = isContainer(kinds, node.kind);
  const ports = portsOf(node, kinds).filter(({ id }) => id !== BODY);
  const single = ports.length === 1 && ports[0]!.id === OUT;
  const entry: Handle[] = hasEntry(node)
    ? [{ id: IN, type: "target", side: "left", x: -HALF, y: HEADER / 2 - HALF }]
    : [];
  if (container) {
    const size = { width: view.width ?? CONTAINER.width, height: view.height ?? CONTAINER.height };
    const middle = HEADER + (size.height - HEADER) / 2 - HALF;
    const out = ports.map(
      ({ id }, at): Handle => ({ id, type: "source", side: "right", x: size.width - HALF, y: HEADER / 2 - HALF + at * ROW }),
    );
    const inside: Handle[] = [
      { id: BODY, type: "source", side: "right", x: 12, y: middle },
      { id: END, type: "target", side: "left", x: size.width - HANDLE - 12, y: middle },
    ];
    return { ...size, handles: [...entry, ...out, ...inside], rows: ports.filter(({ id }) => id !== OUT), inputs: false, outputs: false };
  }
  const [inputs, outputs] = [(node.inputs?.length ?? 0) > 0, gives(node, kinds)];
  const above = Number(inputs) + Number(outputs);
  const rows = single ? [] : ports;
  const height = HEADER + (above + rows.length) * ROW + (above + rows.length > 0 ? FOOT : 0);
  const x = CARD_WIDTH - HALF;
  const ways: Handle[] = single
    ? [{ id: OUT, type: "source", side: "right", x, y: HEADER / 2 - HALF }]
    : rows.map(({ id }, at) => ({
        id,
        type: "source",
        side: "right",
        x,
        y: HEADER + (above + at) * ROW + ROW / 2 - HALF,
      }));
  return { width: CARD_WIDTH, height, handles: [...entry, ...ways], rows, inputs, outputs };
}
