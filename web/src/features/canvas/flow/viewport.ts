/** Where the canvas is looked at from: when it opens, and when something is to be seen. */
import type { Viewport } from "@xyflow/react";
import type { WorkflowDocument } from "@/api/types";
import { nodesOf, type Point, type Rect, type Size } from "@/graph/document";
import type { Kinds } from "@/graph/kinds";
import { around, rectOf } from "@/graph/place";
import { childrenOf } from "@/graph/read";

/** How long the canvas takes to move; who asked for less motion sees it jump. */
export const glide = (duration = 160): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : duration);

/** All of it in sight; small documents are not blown up. */
export const fitting = () => ({ duration: glide(), padding: 0.1, maxZoom: 1 });
const MARGIN = 48;
/** Below this nothing can be read; a large document opens at its start instead of as a whole. */
const READABLE = 0.55;

export function boundsOf(document: WorkflowDocument, kinds: Kinds, ids: readonly string[]): Rect | undefined {
  return ids.length === 0 ? undefined : around(ids.map((id) => rectOf(document, kinds, id)));
}

/** All of it if it can be read then, else from its start on. */
export function firstViewport(document: WorkflowDocument, kinds: Kinds, area: Size): Viewport {
  const all = boundsOf(document, kinds, childrenOf(document));
  if (!all) return { x: area.width / 2, y: area.height / 2, zoom: 1 };
  const fit = Math.min((area.width - 2 * MARGIN) / all.width, (area.height - 2 * MARGIN) / all.height, 1);
  if (fit >= READABLE)
    return {
      x: area.width / 2 - (all.x + all.width / 2) * fit,
      y: area.height / 2 - (all.y + all.height / 2) * fit,
      zoom: fit,
    };
  const nodes = nodesOf(document);
  const first = Object.keys(nodes).find((id) => nodes[id]!.kind === "start") ?? Object.keys(nodes)[0]!;
  const { x, y, height } = rectOf(document, kinds, first);
  const zoom = 0.75;
  return { x: MARGIN * 2 - x * zoom, y: area.height / 2 - (y + height / 2) * zoom, zoom };
}

/** A box in the window. */
export interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Less than this beside a panel shows nobody anything. */
const ROOM = 200;

/** The part of the canvas that no panel lies over; all of it when they leave no room. */
export function freeArea(canvas: Edges, panels: readonly Edges[]): Edges {
  const { left, top, bottom } = canvas;
  const lefts = panels.map((panel) => panel.left).filter((at) => at < canvas.right && at - left >= ROOM);
  return { left, top, right: Math.min(canvas.right, ...lefts), bottom };
}

/** The drawing area, and the part of it where nodes are seen. */
export function areas(): { canvas: Edges; free: Edges } | undefined {
  const canvas = document.querySelector("[data-canvas]")?.getBoundingClientRect();
  const panels = [...document.querySelectorAll("[data-node-panel], [data-findings-panel]")].map((panel) => panel.getBoundingClientRect());
  return canvas && { canvas, free: freeArea(canvas, panels) };
}

/** By how much a box must move to lie in an area; of one that is too large, its beginning does. */
export function shiftInto(box: Edges, area: Edges): Point {
  const shift = (from: number, to: number, least: number, most: number) => Math.max(Math.min(0, most - to), least - from);
  return {
    x: shift(box.left, box.right, area.left, area.right),
    y: shift(box.top, box.bottom, area.top, area.bottom),
  };
}
