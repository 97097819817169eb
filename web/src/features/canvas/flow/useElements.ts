/**
 * Nodes and edges for the canvas. What is being dragged or resized lies over the document until it is let go,
 * and so does what groups take along; with Alt they are dragged alone.
 */
import type { EdgeChange, NodeChange, NodePositionChange } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { NodeView } from "@/graph/document";
import { along, heldBy, type Held } from "@/graph/groups";
import { ancestorsOf } from "@/graph/read";
import { useEditor, useEditorStore } from "../store";
import { flowEdges, FlowNodes, type FlowEdge, type FlowNode } from "./elements";
import { useAligning, type Aligning } from "./useAligning";
import { useAlt } from "./useAlt";

type Moved = ReadonlyMap<string, Partial<NodeView>>;
const NOTHING: Moved = new Map();
const NONE: Held = new Map();

export interface Elements {
  /** The nodes without what is being moved. */
  resting: FlowNode[];
  moved: Moved;
  nodes: FlowNode[];
  edges: FlowEdge[];
  guides: Aligning["guides"];
  onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => void;
  /** What is being moved or resized. */
  moving: () => string[];
  /** What was moved or resized since the last time; the document has to take it now. */
  settle: () => Record<string, Partial<NodeView>>;
}

export function useElements(): Elements {
  const editor = useEditorStore();
  const document = useEditor((state) => state.document);
  const kinds = useEditor((state) => state.kinds);
  const readonly = useEditor((state) => state.readonly);
  const selected = useEditor((state) => state.selected);
  const selectedEdges = useEditor((state) => state.selectedEdges);
  const [moved, setMoved] = useState<Moved>(NOTHING);
  const latest = useRef<Moved>(NOTHING);
  /** What the groups that are dragged held when they were taken. */
  const held = useRef<Held>(undefined);
  const alt = useAlt();
  const { guides, align, done } = useAligning(alt);
  const maker = useMemo(() => new FlowNodes(kinds), [kinds]);
  const built = useMemo(() => maker.build(document, new Set(selected), readonly), [maker, document, selected, readonly]);
  const edges = useMemo(() => flowEdges(document, new Set(selectedEdges)), [document, selectedEdges]);
  const nodes = useMemo(
    () => (moved.size === 0 ? built : built.map((node) => over(maker, node, moved.get(node.id)))),
    [maker, built, moved],
  );

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const next = new Map(latest.current);
      const picked = new Map<string, boolean>();
      const dragged = changes.filter((change): change is NodePositionChange => change.type === "position" && change.dragging !== undefined);
      const { document: current, kinds: known } = editor.getState();
      if (dragged.length > 0) held.current ??= heldBy(current, known, dragged.map(({ id }) => id));
      const taken = alt.current ? NONE : (held.current ?? NONE);
      const by = dragged.length > 0 ? align(dragged, held.current ?? NONE) : { x: 0, y: 0 };
      for (const change of changes) {
        if (change.type === "select") picked.set(change.id, change.selected);
        else if (change.type === "position" && change.position) {
          const { x, y } = change.position;
          // Inside a container that is taken along it goes with that.
          if (taken.size > 0 && ancestorsOf(current, change.id).some((up) => taken.has(up))) next.delete(change.id);
          else next.set(change.id, { ...next.get(change.id), x: x + by.x, y: y + by.y });
        }
        // Measurements of the browser change nothing: sizes follow from the document.
        else if (change.type === "dimensions" && change.dimensions && change.setAttributes)
          next.set(change.id, { ...next.get(change.id), ...change.dimensions });
      }
      if (dragged.length > 0) {
        for (const id of held.current?.keys() ?? []) next.delete(id);
        for (const [id, at] of along(taken, next)) next.set(id, at);
      }
      const { selected: before, selectedEdges: lines, select } = editor.getState();
      if (picked.size > 0) select(choose(before, picked), lines);
      if (next.size === latest.current.size && changes.every(({ type }) => type === "select")) return;
      latest.current = next;
      setMoved(next);
    },
    [editor, align, alt],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const picked = new Map(changes.flatMap((change) => (change.type === "select" ? [[change.id, change.selected]] : [])));
      const { selected: nodesBefore, selectedEdges: before, select } = editor.getState();
      if (picked.size > 0) select(nodesBefore, choose(before, picked));
    },
    [editor],
  );
  const moving = useCallback(() => [...latest.current.keys()], []);
  const settle = useCallback(() => {
    const views = Object.fromEntries(latest.current);
    latest.current = NOTHING;
    held.current = undefined;
    setMoved(NOTHING);
    done();
    return views;
  }, [done]);
  return { resting: built, moved, nodes, edges, guides, onNodesChange, onEdgesChange, moving, settle };
}

function choose(before: readonly string[], picked: ReadonlyMap<string, boolean>): string[] {
  const next = new Set(before);
  for (const [id, is] of picked)
    if (is) next.add(id);
    else next.delete(id);
  return [...next];
}

function over(maker: FlowNodes, node: FlowNode, view: Partial<NodeView> | undefined): FlowNode {
  if (!view) return node;
  const { x, y } = node.position;
  const position = { x: view.x ?? x, y: view.y ?? y };
  if (view.width === undefined) return { ...node, position };
  return { ...maker.resized(node, { width: view.width, height: view.height ?? node.height ?? 0 }), position };
}
