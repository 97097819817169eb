/** Nodes and edges for the canvas. What is being dragged or resized lies over the document until it is let go. */
import type { EdgeChange, NodeChange, NodePositionChange } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { NodeView } from "@/graph/document";
import { useEditor, useEditorStore } from "../store";
import { flowEdges, FlowNodes, type FlowEdge, type FlowNode } from "./elements";
import { useAligning, type Aligning } from "./useAligning";

type Moved = ReadonlyMap<string, Partial<NodeView>>;
const NOTHING: Moved = new Map();

export interface Elements {
  /** The nodes without what is being moved. */
  resting: FlowNode[];
  moved: Moved;
  nodes: FlowNode[];
  edges: FlowEdge[];
  guides: Aligning["guides"];
  onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => void;
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
  const { guides, align, done } = useAligning();
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
      const by = dragged.length > 0 ? align(dragged) : { x: 0, y: 0 };
      for (const change of changes) {
        if (change.type === "select") picked.set(change.id, change.selected);
        else if (change.type === "position" && change.position) {
          const { x, y } = change.position;
          next.set(change.id, { ...next.get(change.id), x: x + by.x, y: y + by.y });
        }
        // Measurements of the browser change nothing: sizes follow from the document.
        else if (change.type === "dimensions" && change.dimensions && change.setAttributes)
          next.set(change.id, { ...next.get(change.id), ...change.dimensions });
      }
      const { selected: before, selectedEdges: lines, select } = editor.getState();
      if (picked.size > 0) select(choose(before, picked), lines);
      if (next.size === latest.current.size && changes.every(({ type }) => type === "select")) return;
      latest.current = next;
      setMoved(next);
    },
    [editor, align],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const picked = new Map(changes.flatMap((change) => (change.type === "select" ? [[change.id, change.selected]] : [])));
      const { selected: nodesBefore, selectedEdges: before, select } = editor.getState();
      if (picked.size > 0) select(nodesBefore, choose(before, picked));
    },
    [editor],
  );
  const settle = useCallback(() => {
    const views = Object.fromEntries(latest.current);
    latest.current = NOTHING;
    setMoved(NOTHING);
    done();
    return views;
  }, [done]);
  return { resting: built, moved, nodes, edges, guides, onNodesChange, onEdgesChange, settle };
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
