/** While nodes are dragged they are drawn to the lines of those around them; Alt lets them lie anywhere. */
import { useStoreApi, type InternalNode, type NodePositionChange } from "@xyflow/react";
import { useCallback, useRef, useState, type RefObject } from "react";
import { Neighbours, type Guide } from "@/graph/align";
import type { Point, Rect } from "@/graph/document";
import { around } from "@/graph/place";
import { levelOf } from "./level";
import type { FlowEdge, FlowNode } from "./elements";

/** Closer than this, on the screen, they are drawn to a line. */
const WITHIN = 6;
const NONE: readonly Guide[] = [];

export interface Aligning {
  guides: readonly Guide[];
  /** How much farther the nodes that are dragged have to go; those they take along are no neighbours. */
  align: (dragged: readonly NodePositionChange[], along: { has: (id: string) => boolean }) => Point;
  /** They are let go. */
  done: () => void;
}

export function useAligning(alt: RefObject<boolean>): Aligning {
  const flow = useStoreApi<FlowNode, FlowEdge>();
  const [guides, setGuides] = useState(NONE);
  const neighbours = useRef<Neighbours>(undefined);

  const align = useCallback(
    (dragged: readonly NodePositionChange[], along: { has: (id: string) => boolean }): Point => {
      const { nodeLookup, transform, width, height } = flow.getState();
      const [left, top, zoom] = transform;
      const parent = nodeLookup.get(dragged[0]?.id ?? "")?.parentId;
      const rects = dragged.flatMap(({ id, position }) => {
        const node = nodeLookup.get(id);
        return node && position && node.parentId === parent ? [rectOf(node, absolute(nodeLookup, parent, position))] : [];
      });
      if (alt.current || levelOf(zoom) === "map" || rects.length < dragged.length) {
        setGuides(NONE);
        return { x: 0, y: 0 };
      }
      neighbours.current ??= new Neighbours(
        [...nodeLookup.values()]
          .filter((node) => node.parentId === parent && !along.has(node.id) && !dragged.some(({ id }) => id === node.id))
          .map((node) => rectOf(node, node.internals.positionAbsolute)),
      );
      const seen = { x: -left / zoom, y: -top / zoom, width: width / zoom, height: height / zoom };
      const { by, guides: found } = neighbours.current.align(around(rects), WITHIN / zoom, seen);
      setGuides(found.length > 0 ? found : NONE);
      return by;
    },
    [flow, alt],
  );
  const done = useCallback(() => {
    neighbours.current = undefined;
    setGuides(NONE);
  }, []);
  return { guides, align, done };
}

type Lookup = ReadonlyMap<string, InternalNode<FlowNode>>;

function absolute(lookup: Lookup, parent: string | undefined, { x, y }: Point): Point {
  const at = parent === undefined ? undefined : lookup.get(parent)?.internals.positionAbsolute;
  return { x: x + (at?.x ?? 0), y: y + (at?.y ?? 0) };
}

const rectOf = ({ width = 0, height = 0 }: FlowNode, { x, y }: Point): Rect => ({ x, y, width, height });
