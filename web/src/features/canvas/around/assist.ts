/** A model's proposal for the document, and what it says about a run. Nothing is applied here. */
import { api, path } from "@/api/client";
import type { AssistInput, ExplainedRun, Id, Proposal, WorkflowDocument, WorkflowNode } from "@/api/types";
import { edgesOf, nodeOf, nodesOf, withNodes, withView, type Rect } from "@/graph/document";
import type { Kinds } from "@/graph/kinds";
import { mergeDocuments } from "@/graph/merge";
import { placeMissing, rectOf, sizeOf } from "@/graph/place";
import { childrenOf } from "@/graph/read";

export const propose = (id: Id, input: AssistInput, signal?: AbortSignal) =>
  api.post<Proposal>(path("workflows", id, "assist"), input, { signal });

export const explainRun = (id: Id, signal?: AbortSignal) =>
  api.post<ExplainedRun>(path("runs", id, "explain"), {}, { signal });

const GAP = { x: 72, y: 40 };

/**
 * The proposal with every node in a place: those that were there stay where they are, new ones lie
 * below them, each to the right of what leads to it.
 */
export function placed(base: WorkflowDocument, proposed: WorkflowDocument, kinds: Kinds): WorkflowDocument {
  const entries = Object.entries(nodesOf(proposed)).map(([id, node]) => {
    const { view: _, ...rest } = node;
    const before = nodeOf(base, id);
    // Within another container its old place means nothing.
    const stays = before && (before.parent ?? undefined) === (node.parent ?? undefined);
    return [id, (stays ? { ...node, view: before.view } : rest) as WorkflowNode] as const;
  });
  const fresh = new Set(entries.filter(([id, node]) => !node.parent && !nodeOf(base, id)).map(([id]) => id));
  const whole = withNodes({ ...proposed, nodes: {} }, Object.fromEntries(entries));
  return placeMissing(fresh.size === entries.length ? whole : beside(whole, fresh, kinds), kinds);
}

function beside(document: WorkflowDocument, fresh: ReadonlySet<string>, kinds: Kinds): WorkflowDocument {
  const rects = new Map(childrenOf(document).filter((id) => !fresh.has(id)).map((id) => [id, rectOf(document, kinds, id)]));
  const bottom = Math.max(...[...rects.values()].map(({ y, height }) => y + height)) + GAP.y;
  const views: Record<string, WorkflowNode> = {};
  // An edge is looked at again once what it comes from has a place.
  for (let before = -1; before < rects.size; ) {
    before = rects.size;
    for (const { from, to } of edgesOf(document)) {
      const [source, node] = [rects.get(from), nodeOf(document, to)];
      if (!source || !node || !fresh.has(to) || rects.has(to)) continue;
      const size = sizeOf(node, kinds);
      const rect = { x: source.x + source.width + GAP.x, y: fresh.has(from) ? source.y : bottom, ...size };
      const inTheWay = () => [...rects.values()].find((other) => overlap(other, rect));
      for (let other = inTheWay(); other; other = inTheWay()) rect.y = other.y + other.height + GAP.y;
      rects.set(to, rect);
      views[to] = withView(node, { x: rect.x, y: rect.y });
    }
  }
  return withNodes(document, views);
}

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The document with the proposal applied; what was edited since it was asked for is kept. */
export const applied = (base: WorkflowDocument, now: WorkflowDocument, proposed: WorkflowDocument): WorkflowDocument =>
  now === base ? proposed : mergeDocuments(base, now, proposed).document;
