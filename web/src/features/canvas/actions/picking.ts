/** Asking for a new node, and putting it where it was asked for. */
import type { StoreApi } from "zustand";
import type { Locale, WorkflowDocument } from "@/api/types";
import { BODY, edgeKey, edgesOf, nodeOf, portOf, type Point } from "@/graph/document";
import { canConnect } from "@/graph/connect";
import { addNode, connect, insertOnEdge, mainPort, type Added } from "@/graph/edit";
import { INSET } from "@/graph/geometry";
import { isContainer, type Kinds } from "@/graph/kinds";
import { absolute, sizeOf } from "@/graph/place";
import { childrenOf, parentOf, ways } from "@/graph/read";
import type { EditorState, EditorStore } from "../store";
import type { PickRequest, ViewState } from "../view-store";

type View = StoreApi<ViewState>;
const GAP = 72;

/** Opens the picker for what comes after a way out. */
export function pickFromPort(editor: EditorStore, view: View, node: string, port: string, screen: Point): void {
  const state = editor.getState();
  const of = nodeOf(state.document, node);
  if (state.readonly || !of) return;
  const place = placeAfter(state, node, port);
  view.getState().set({ picking: { screen, ...place, from: { node, port } } });
}

/** Where a node goes that follows a way out: beside its node, below what follows already. */
function placeAfter({ document, kinds }: EditorState, node: string, port: string): { at: Point; parent?: string } {
  const of = nodeOf(document, node)!;
  const corner = absolute(document, node);
  const taken = (ids: readonly string[]) =>
    ids.map((id) => ({ ...absolute(document, id), ...sizeOf(nodeOf(document, id)!, kinds) }));
  if (port === BODY) {
    const inside = taken(childrenOf(document, node));
    const x = inside.length === 0 ? corner.x + INSET.side : Math.max(...inside.map((one) => one.x + one.width)) + GAP;
    return { at: { x, y: corner.y + INSET.top }, parent: node };
  }
  const after = taken((ways(document).outOf.get(node) ?? []).map(({ to }) => to).filter((to) => to !== of.parent));
  const x = corner.x + sizeOf(of, kinds).width + GAP;
  const y = after.length === 0 ? corner.y : Math.max(...after.map((one) => one.y + one.height)) + 40;
  return { at: { x, y }, parent: parentOf(document, node) };
}

/** Opens the picker for what comes next in a chain: on the only way on there is, else beside it. */
export function pickNext(editor: EditorStore, view: View, node: string, port: string, screen: Point): void {
  pickFromPort(editor, view, node, port, screen);
  const on = (ways(editor.getState().document).outOf.get(node) ?? []).filter((edge) => portOf(edge) === port);
  const { picking, set } = view.getState();
  if (picking && on.length === 1) set({ picking: { ...picking, edge: edgeKey(on[0]!) } });
}

/** Opens the picker for a node on an edge. */
export function pickOnEdge(editor: EditorStore, view: View, edge: string, screen: Point): void {
  if (!editor.getState().readonly) view.getState().set({ picking: { screen, at: { x: 0, y: 0 }, edge } });
}

/** Opens the picker for a node that is joined to nothing, at a place of the canvas. */
export function pickAt(editor: EditorStore, view: View, screen: Point, at: Point): void {
  const state = editor.getState();
  if (state.readonly) return;
  view.getState().set({ picking: { screen, at, parent: containerAt(state, at) } });
}

/** The innermost container around a place of the canvas, those `without` and what they hold aside. */
export function containerAt(
  { document, kinds }: Pick<EditorState, "document" | "kinds">,
  at: Point,
  without: ReadonlySet<string> = new Set(),
): string | undefined {
  let found: string | undefined;
  let smallest = Infinity;
  for (const [id, node] of Object.entries(document.nodes ?? {})) {
    if (!isContainer(kinds, node.kind) || without.has(id)) continue;
    const corner = absolute(document, id);
    const { width, height } = sizeOf(node, kinds);
    const within = at.x >= corner.x && at.x <= corner.x + width && at.y >= corner.y && at.y <= corner.y + height;
    if (within && width * height < smallest) {
      found = id;
      smallest = width * height;
    }
  }
  return found;
}

/** Adds a node of a kind as it was asked for; it is selected. Gives its id. */
export function addPicked(editor: EditorStore, request: PickRequest, kind: string, locale: Locale): string | undefined {
  const { kinds, edit, select } = editor.getState();
  let id: string | undefined;
  edit((document) => {
    const added = place(document, kinds, request, kind, kinds.get(kind)?.title[locale]);
    id = added.id;
    return added.document;
  });
  if (id !== undefined) select([id]);
  return id;
}

function place(document: WorkflowDocument, kinds: Kinds, request: PickRequest, kind: string, title: string | undefined): Added {
  const { at, from, to } = request;
  const edge = edgesOf(document).find((one) => edgeKey(one) === request.edge);
  if (edge) return insertOnEdge(document, kinds, edge, kind, { title });
  const parent = request.parent !== undefined && nodeOf(document, request.parent) ? request.parent : undefined;
  const corner = parent === undefined ? { x: 0, y: 0 } : absolute(document, parent);
  const added = addNode(document, kinds, kind, { at: { x: at.x - corner.x, y: at.y - corner.y }, parent, title });
  let joined = added.document;
  if (from && canConnect(joined, kinds, from.node, from.port, added.id).ok)
    joined = connect(joined, from.node, from.port, added.id);
  const out = mainPort(nodeOf(joined, added.id)!, kinds);
  if (to !== undefined && out !== undefined && canConnect(joined, kinds, added.id, out, to).ok)
    joined = connect(joined, added.id, out, to);
  return { document: joined, id: added.id };
}

/** Where a node that is dropped by its corner should lie so that the pointer holds its header. */
export const underPointer = (at: Point): Point => ({ x: at.x - 132, y: at.y - 22 });
