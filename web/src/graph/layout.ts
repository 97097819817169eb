/** Tidy places for all nodes, computed by ELK in a chunk of its own. */
import type { ELK, ElkNode } from "elkjs/lib/elk-api";
import type { WorkflowDocument } from "@/api/types";
import { edgesOf, nodeOf, viewOf, type NodeView } from "./document";
import { moveNodes } from "./edit";
import { INSET } from "./geometry";
import { isComment, isContainer, type Kinds } from "./kinds";
import { sizeOf } from "./place";
import { childrenOf, parentOf, roleOf } from "./read";

let engine: Promise<ELK> | undefined;
const elk = (): Promise<ELK> =>
  (engine ??= import("elkjs/lib/elk.bundled.js").then(({ default: Elk }) => new Elk()));

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "72",
  "elk.spacing.nodeNode": "40",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  // Ways out stay in their order: the first branch above the second.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

/**
 * The document with its nodes in columns from left to right, containers around what they hold. Notes
 * stay where they are.
 */
export async function autoLayout(document: WorkflowDocument, kinds: Kinds): Promise<WorkflowDocument> {
  const laid = await (await elk()).layout(level(document, kinds, undefined));
  const views: Record<string, Partial<NodeView>> = {};
  collect(laid, document, kinds, views);
  const first = childrenOf(document).find((id) => nodeOf(document, id)?.kind === "start");
  // The start stays where it was, so that the picture does not jump away.
  if (first !== undefined && views[first]) {
    const { x, y } = viewOf(nodeOf(document, first)!);
    const by = { x: x - views[first].x!, y: y - views[first].y! };
    for (const id of childrenOf(document)) {
      const view = views[id];
      if (view) views[id] = { ...view, x: view.x! + by.x, y: view.y! + by.y };
    }
  }
  return moveNodes(document, views);
}

function level(document: WorkflowDocument, kinds: Kinds, parent: string | undefined): ElkNode {
  const inside = childrenOf(document, parent).filter((id) => !isComment(nodeOf(document, id)!));
  return {
    id: parent ?? "",
    layoutOptions: {
      ...OPTIONS,
      "elk.padding":
        parent === undefined ? "[top=0,left=0,bottom=0,right=0]" : `[top=${INSET.top},left=${INSET.side},bottom=${INSET.bottom},right=${INSET.side}]`,
    },
    children: inside.map((id) => {
      const node = nodeOf(document, id)!;
      if (isContainer(kinds, node.kind) && childrenOf(document, id).length > 0) return level(document, kinds, id);
      return { id, ...sizeOf(node, kinds) };
    }),
    edges: edgesOf(document)
      .filter((edge) => roleOf(document, edge) === "next" && parentOf(document, edge.from) === parent)
      .map((edge, at) => ({ id: `${parent ?? ""}/${at}`, sources: [edge.from], targets: [edge.to] })),
  };
}

function collect(at: ElkNode, document: WorkflowDocument, kinds: Kinds, views: Record<string, Partial<NodeView>>): void {
  for (const child of at.children ?? []) {
    const node = nodeOf(document, child.id);
    const view: Partial<NodeView> = { x: child.x ?? 0, y: child.y ?? 0 };
    if (node && isContainer(kinds, node.kind)) Object.assign(view, { width: child.width, height: child.height });
    views[child.id] = view;
    collect(child, document, kinds, views);
  }
}
