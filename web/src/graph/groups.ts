/** Groups: notes that are drawn around nodes. What lies in one goes where it goes. */
import type { WorkflowDocument } from "@/api/types";
import { nodeOf, viewOf, type NodeView, type Point, type Rect } from "./document";
import { isComment, type Kinds } from "./kinds";
import { sizeOf } from "./place";
import { childrenOf, parentOf } from "./read";

/** What groups hold, by its id: in which one it lies, and how far from its corner. */
export type Held = ReadonlyMap<string, { group: string; offset: Point }>;

const within = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/**
 * What lies wholly inside the groups among these nodes, and is none of them. A group in a container
 * holds what lies beside it there; a container is held with its body.
 */
export function heldBy(document: WorkflowDocument, kinds: Kinds, ids: readonly string[]): Held {
  const held = new Map<string, { group: string; offset: Point }>();
  const rectOf = (id: string): Rect => {
    const node = nodeOf(document, id)!;
    const { x, y } = viewOf(node);
    return { x, y, ...sizeOf(node, kinds) };
  };
  const given = new Set(ids);
  for (const group of given) {
    const note = nodeOf(document, group);
    if (!note || !isComment(note)) continue;
    const outer = rectOf(group);
    for (const id of childrenOf(document, parentOf(document, group))) {
      if (given.has(id) || held.has(id)) continue;
      const inner = rectOf(id);
      if (within(inner, outer)) held.set(id, { group, offset: { x: inner.x - outer.x, y: inner.y - outer.y } });
    }
  }
  return held;
}

/** Where what is held lies when its groups lie at these places. */
export function along(held: Held, places: ReadonlyMap<string, Partial<NodeView>>): Map<string, Point> {
  const moved = new Map<string, Point>();
  for (const [id, { group, offset }] of held) {
    const { x, y } = places.get(group) ?? {};
    if (x !== undefined && y !== undefined) moved.set(id, { x: x + offset.x, y: y + offset.y });
  }
  return moved;
}
