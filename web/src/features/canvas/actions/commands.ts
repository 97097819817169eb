/** What can be done with the selection and the document, by whatever means. */
import type { WorkflowDocument } from "@/api/types";
import { nodeOf, nodesOf, viewOf, type Point } from "@/graph/document";
import { copy, paste } from "@/graph/clipboard";
import { addNode, disconnect, duplicate, moveNodes, patchNode, removeNodes } from "@/graph/edit";
import { CONTAINER_LEAST } from "@/graph/geometry";
import { heldBy } from "@/graph/groups";
import { autoLayout } from "@/graph/layout";
import { fitContainer, rectOf, sizeOf } from "@/graph/place";
import { after, ancestorsOf, before, childrenOf, parentOf, ways } from "@/graph/read";
import { isContainer } from "@/graph/kinds";
import { outline } from "@/features/workflows/outline";
import type { EditorStore } from "../store";

/** Takes away what is selected: nodes and connections. */
export function removeSelected(editor: EditorStore): void {
  const { selected, selectedEdges, edit, select } = editor.getState();
  edit((document) => removeNodes(disconnect(document, selectedEdges), selected));
  select([]);
}

export function selectAll(editor: EditorStore): void {
  const { document, select } = editor.getState();
  select(Object.keys(nodesOf(document)));
}

/** Copies the selection beside itself; the copies are selected. */
export function duplicateSelected(editor: EditorStore): string[] {
  const { selected, kinds, edit, select } = editor.getState();
  let ids: string[] = [];
  edit((document) => {
    const made = duplicate(document, kinds, selected);
    ids = made.ids;
    return ids.length === 0 ? document : made.document;
  });
  if (ids.length > 0) select(ids);
  return ids;
}

/** The selection as text; `undefined`: nothing that can be copied is selected. */
export function copyText(editor: EditorStore): string | undefined {
  const { selected, document } = editor.getState();
  const copyable = selected.filter((id) => !["start", "end"].includes(nodeOf(document, id)?.kind ?? "start"));
  return copyable.length === 0 ? undefined : copy(document, copyable);
}

/** Adds nodes from text: into the container that is selected alone, else at a place. `false`: no nodes. */
export function pasteText(editor: EditorStore, text: string, at: Point): boolean {
  const { selected, kinds, edit, select, readonly } = editor.getState();
  if (readonly) return false;
  let ids: string[] | undefined;
  edit((document) => {
    const only = selected.length === 1 ? selected[0]! : undefined;
    const node = only === undefined ? undefined : nodeOf(document, only);
    const parent = node && isContainer(kinds, node.kind) ? only : undefined;
    const made = paste(document, kinds, text, parent === undefined ? at : freeInside(document, kinds, parent), parent);
    ids = made?.ids;
    if (!made) return document;
    return parent === undefined ? made.document : fitContainer(made.document, kinds, parent);
  });
  if (ids) select(ids);
  return ids !== undefined;
}

function freeInside(document: Parameters<typeof rectOf>[0], kinds: Parameters<typeof rectOf>[1], parent: string): Point {
  const right = childrenOf(document, parent).map((id) => viewOf(nodeOf(document, id)!).x + sizeOf(nodeOf(document, id)!, kinds).width + 72);
  return { x: Math.max(64, ...right), y: 84 };
}

interface Nudged {
  document: WorkflowDocument;
  selected: readonly string[];
  held: readonly string[];
}
const nudged = new WeakMap<EditorStore, Nudged>();

/** What the groups that are selected hold. While they go on step by step, what they pass over is not theirs. */
function heldBySelected(editor: EditorStore): readonly string[] {
  const { document, selected, kinds } = editor.getState();
  const last = nudged.get(editor);
  return last?.document === document && last.selected === selected ? last.held : [...heldBy(document, kinds, selected).keys()];
}

/** Moves the selection by so much, with what its groups hold; steps that follow closely are undone together. */
export function nudge(editor: EditorStore, by: Point): void {
  const { selected, kinds, edit } = editor.getState();
  const held = heldBySelected(editor);
  edit(
    (document) => {
      const moving = new Set([...selected, ...held]);
      const tops = [...moving].filter((id) => !ancestorsOf(document, id).some((up) => moving.has(up)));
      const views = tops.map((id) => {
        const { x, y } = viewOf(nodeOf(document, id)!);
        return [id, { x: x + by.x, y: y + by.y }] as const;
      });
      const moved = moveNodes(document, Object.fromEntries(views));
      return tops.reduce((whole, id) => {
        const parent = parentOf(whole, id);
        return parent === undefined ? whole : fitContainer(whole, kinds, parent);
      }, moved);
    },
    { merge: "nudge" },
  );
  nudged.set(editor, { document: editor.getState().document, selected, held });
}

/** Makes the containers and notes that are selected larger or smaller. */
export function resizeSelected(editor: EditorStore, by: Point): void {
  const { selected, kinds, edit } = editor.getState();
  edit(
    (document) => {
      const views = selected.flatMap((id) => {
        const node = nodeOf(document, id);
        if (!node || !(isContainer(kinds, node.kind) || node.kind === "comment")) return [];
        const { width, height } = sizeOf(node, kinds);
        const least = node.kind === "comment" ? { width: 120, height: 60 } : CONTAINER_LEAST;
        return [[id, { width: Math.max(least.width, width + by.x), height: Math.max(least.height, height + by.y) }] as const];
      });
      const sized = moveNodes(document, Object.fromEntries(views));
      return views.reduce((whole, [id]) => fitContainer(whole, kinds, id), sized);
    },
    { merge: "resize" },
  );
}

/** Puts all nodes into columns. */
export async function arrange(editor: EditorStore): Promise<void> {
  const { document, kinds, edit } = editor.getState();
  const laid = await autoLayout(document, kinds);
  // Edited while it was computed: the places still hold for the nodes that are still there.
  edit((current) =>
    current === document ? laid : moveNodes(current, Object.fromEntries(Object.entries(nodesOf(laid)).map(([id, node]) => [id, viewOf(node)]))),
  );
}

/** A note at a place, or a frame around the selection. Gives its id. */
export function addNote(editor: EditorStore, at: Point, title: string): string | undefined {
  const { document, kinds, selected, edit, select } = editor.getState();
  const rects = selected.filter((id) => nodeOf(document, id)?.kind !== "comment").map((id) => rectOf(document, kinds, id));
  let id: string | undefined;
  edit((current) => {
    const framed = rects.length > 1;
    const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
    const corner = framed ? { x: left - 24, y: top - 56 } : at;
    const added = addNode(current, kinds, "comment", { at: corner, title });
    id = added.id;
    if (!framed) return added.document;
    const size = {
      width: Math.max(...rects.map(({ x, width }) => x + width)) - left + 48,
      height: Math.max(...rects.map(({ y, height }) => y + height)) - top + 80,
    };
    return moveNodes(patchNode(added.document, added.id, {}), { [added.id]: size });
  });
  if (id !== undefined) select([id]);
  return id;
}

/** The node before or after one in reading order; `undefined` at the ends. */
export function neighbour(editor: EditorStore, id: string | undefined, step: 1 | -1): string | undefined {
  const { document } = editor.getState();
  const order = outline(document).map((item) => item.id);
  if (id === undefined) return step === 1 ? order[0] : order[order.length - 1];
  const at = order.indexOf(id);
  return order[at + step];
}

/** The node that the first connection leads to or comes from; into and out of containers, too. */
export function follow(editor: EditorStore, id: string, direction: "on" | "back"): string | undefined {
  const { document } = editor.getState();
  const { into, outOf } = ways(document);
  const next = direction === "on" ? outOf.get(id)?.[0]?.to : into.get(id)?.[0]?.from;
  return next !== undefined && nodeOf(document, next) ? next : (direction === "on" ? after(document, id) : before(document, id))[0];
}

