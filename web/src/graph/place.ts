/** Where nodes lie, and places for those that have none. */
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { hasPlace, nodeOf, nodesOf, viewOf, withNodes, withView, type Point, type Rect, type Size } from "./document";
import { CARD_WIDTH, geometryOf, INSET } from "./geometry";
import { isContainer, type Kinds } from "./kinds";
import { ancestorsOf, childrenOf, parentOf, roleOf, ways } from "./read";

const GAP: Point = { x: 72, y: 40 };

/** How large a node is drawn. */
export function sizeOf(node: WorkflowNode, kinds: Kinds): Size {
  const { width, height } = geometryOf(node, kinds);
  return { width, height };
}

/** Where a node lies on the canvas itself. */
export function absolute(document: WorkflowDocument, id: string): Point {
  const at = { x: 0, y: 0 };
  for (const one of [id, ...ancestorsOf(document, id)]) {
    const node = nodeOf(document, one);
    const { x, y } = node ? viewOf(node) : { x: 0, y: 0 };
    at.x += x;
    at.y += y;
  }
  return at;
}

/** A node's place and size on the canvas itself. */
export function rectOf(document: WorkflowDocument, kinds: Kinds, id: string): Rect {
  const node = nodeOf(document, id);
  return { ...absolute(document, id), ...(node ? sizeOf(node, kinds) : { width: 0, height: 0 }) };
}

/** What encloses all of them; there has to be one. */
export function around(rects: readonly Rect[]): Rect {
  const [x, y] = [Math.min(...rects.map((rect) => rect.x)), Math.min(...rects.map((rect) => rect.y))];
  return {
    x,
    y,
    width: Math.max(...rects.map((rect) => rect.x + rect.width)) - x,
    height: Math.max(...rects.map((rect) => rect.y + rect.height)) - y,
  };
}

/** The document with a place for every node: imports and other programs leave them out. */
export function placeMissing(document: WorkflowDocument, kinds: Kinds): WorkflowDocument {
  const nodes = nodesOf(document);
  // Inner containers first: a container is as large as what it holds.
  const containers = Object.keys(nodes)
    .filter((id) => isContainer(kinds, nodes[id]!.kind))
    .sort((a, b) => ancestorsOf(document, b).length - ancestorsOf(document, a).length);
  let placed = containers.reduce((whole, id) => unfold(whole, kinds, id), document);
  if (Object.values(nodes).every(hasPlace)) return placed;
  for (const level of [...containers, undefined]) placed = placeLevel(placed, kinds, level);
  return placed;
}

/**
 * A container as other programs draw it: a card, its body on a sheet of its own somewhere below. The
 * body moves inside, the container grows around it, and what stands to its right makes room.
 */
function unfold(document: WorkflowDocument, kinds: Kinds, id: string): WorkflowDocument {
  const container = nodeOf(document, id)!;
  const inside = childrenOf(document, id);
  const foreign = hasPlace(container) && container.view?.x === undefined;
  if (!foreign || inside.length === 0 || !inside.every((child) => hasPlace(nodeOf(document, child)!))) return document;
  const views = inside.map((child) => viewOf(nodeOf(document, child)!));
  const by = { x: INSET.side - Math.min(...views.map(({ x }) => x)), y: INSET.top - Math.min(...views.map(({ y }) => y)) };
  const changed: Record<string, WorkflowNode> = { [id]: withView(container, {}) };
  inside.forEach((child, at) => {
    changed[child] = withView(nodeOf(document, child)!, { x: views[at]!.x + by.x, y: views[at]!.y + by.y });
  });
  const grown = fitContainer(withNodes(document, changed), kinds, id);
  const { x } = viewOf(container);
  const wider = sizeOf(nodeOf(grown, id)!, kinds).width - CARD_WIDTH;
  const right: Record<string, WorkflowNode> = {};
  for (const other of childrenOf(grown, parentOf(grown, id))) {
    const view = viewOf(nodeOf(grown, other)!);
    if (other !== id && view.x > x) right[other] = withView(nodeOf(grown, other)!, { x: view.x + wider });
  }
  return withNodes(grown, right);
}

/** Columns by distance from the start; nodes that have places keep them. */
function placeLevel(document: WorkflowDocument, kinds: Kinds, parent: string | undefined): WorkflowDocument {
  const ids = childrenOf(document, parent);
  const missing = ids.filter((id) => !hasPlace(nodeOf(document, id)!));
  const changed: Record<string, WorkflowNode> = {};
  if (missing.length > 0) {
    const columns = columnsOf(document, ids);
    const taken = ids.filter((id) => !missing.includes(id)).map((id) => ({ ...viewOf(nodeOf(document, id)!), ...sizeOf(nodeOf(document, id)!, kinds) }));
    const below = taken.length === 0 ? INSET.top : Math.max(...taken.map(({ y, height }) => y + height)) + GAP.y;
    const heights = new Map<number, number>();
    let x = parent === undefined && taken.length === 0 ? 0 : INSET.side;
    for (const column of columns) {
      let width = 0;
      for (const id of column.filter((one) => missing.includes(one))) {
        const node = nodeOf(document, id)!;
        const size = sizeOf(node, kinds);
        const y = heights.get(x) ?? below;
        changed[id] = withView(node, { x, y });
        heights.set(x, y + size.height + GAP.y);
        width = Math.max(width, size.width);
      }
      if (width > 0) x += width + GAP.x;
    }
  }
  const placed = Object.keys(changed).length > 0 ? withNodes(document, changed) : document;
  return parent === undefined ? placed : fitContainer(placed, kinds, parent);
}

function columnsOf(document: WorkflowDocument, ids: readonly string[]): string[][] {
  const { into, outOf } = ways(document);
  const among = new Set(ids);
  const next = (id: string) =>
    (outOf.get(id) ?? []).filter((edge) => roleOf(document, edge) === "next" && among.has(edge.to)).map(({ to }) => to);
  const waiting = new Map(
    ids.map((id) => [id, (into.get(id) ?? []).filter((edge) => roleOf(document, edge) === "next" && among.has(edge.from)).length]),
  );
  const column = new Map<string, number>();
  const ready = ids.filter((id) => waiting.get(id) === 0);
  ready.forEach((id) => column.set(id, 0));
  for (let at = 0; at < ready.length; at++)
    for (const to of next(ready[at]!)) {
      column.set(to, Math.max(column.get(to) ?? 0, column.get(ready[at]!)! + 1));
      const left = waiting.get(to)! - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  const columns: string[][] = [];
  // What lies on a circle comes last.
  for (const id of ids) (columns[waiting.get(id) === 0 ? column.get(id)! : ids.length] ??= []).push(id);
  return columns.filter(Boolean);
}

/** Makes a container large enough for what lies inside; never smaller than it is. */
export function fitContainer(document: WorkflowDocument, kinds: Kinds, id: string): WorkflowDocument {
  const node = nodeOf(document, id);
  const inside = childrenOf(document, id);
  if (!node || inside.length === 0) return document;
  const size = sizeOf(node, kinds);
  const need = inside.reduce(
    (most, child) => {
      const [view, own] = [viewOf(nodeOf(document, child)!), sizeOf(nodeOf(document, child)!, kinds)];
      return {
        width: Math.max(most.width, view.x + own.width + INSET.side),
        height: Math.max(most.height, view.y + own.height + INSET.bottom),
      };
    },
    size,
  );
  if (need.width <= size.width && need.height <= size.height) return document;
  return withNodes(document, { [id]: withView(node, need) });
}
