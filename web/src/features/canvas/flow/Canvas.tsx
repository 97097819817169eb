/** The drawing area: nodes, connections, and everything the pointer does to them. */
import {
  Background,
  PanOnScrollMode,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  type EdgeMouseHandler,
  type NodeMouseHandler,
} from "@xyflow/react";
import { useCallback, useMemo, useRef, type DragEvent, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { fitContainer } from "@/graph/place";
import { moveNodes } from "@/graph/edit";
import { parentOf } from "@/graph/read";
import { KIND_DRAG } from "../picker/drag";
import { addPicked, containerAt, pickAt, underPointer } from "../actions/picking";
import { useEditor, useEditorStore } from "../store";
import { useView, useViewStore } from "../view-store";
import { BoxNode } from "./BoxNode";
import { CommentNode } from "./CommentNode";
import { ContainerNode } from "./ContainerNode";
import type { FlowEdge, FlowNode } from "./elements";
import { Guides } from "./Guides";
import { levelOf } from "./level";
import { Minimap } from "./Minimap";
import { StepNode } from "./StepNode";
import { useConnecting } from "./useConnecting";
import { useDragging } from "./useDragging";
import { useElements } from "./useElements";
import { useInSight } from "./useInSight";
import { firstViewport } from "./viewport";
import { WayEdge } from "./WayEdge";
import { WireLayer } from "./WireLayer";
import "./canvas.css";

const NODE_TYPES = { step: StepNode, container: ContainerNode, comment: CommentNode };
const MAP_TYPES = { step: BoxNode, container: BoxNode, comment: CommentNode };
const EDGE_TYPES = { way: WayEdge };
const GRID: [number, number] = [8, 8];
const ignore = () => {};

export function Canvas() {
  const { t, i18n } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const area = useRef<HTMLDivElement>(null);
  const readonly = useEditor((state) => state.readonly);
  const hand = useView((state) => state.tool === "hand");
  const minimap = useView((state) => state.minimap);
  const snap = useView((state) => state.snap);
  const level = useStore((state) => levelOf(state.transform[2]));
  const { resting, moved, nodes, edges, guides, onNodesChange, onEdgesChange, moving, settle } = useElements();
  const map = level === "map";
  // The selected ones are there for being let go.
  const drawn = useMemo(() => (map ? edges.filter(({ selected }) => selected) : edges), [map, edges]);
  const { onDrag, onDragStop } = useDragging(moving, settle);
  const { isValid, onConnect, onReconnect, onConnectEnd } = useConnecting();
  useInSight();

  const onNodeDoubleClick: NodeMouseHandler<FlowNode> = useCallback(
    (_, { id }) => editor.getState().openNode(id),
    [editor],
  );
  const onNodeMenu: NodeMouseHandler<FlowNode> = useCallback(
    (event, { id }) => {
      event.preventDefault();
      const { selected, select } = editor.getState();
      if (!selected.includes(id)) select([id]);
      view.getState().set({ menu: { x: event.clientX, y: event.clientY, on: "selection" } });
    },
    [editor, view],
  );
  const onEdgeMenu: EdgeMouseHandler<FlowEdge> = useCallback(
    (event, { id }) => {
      event.preventDefault();
      editor.getState().select([], [id]);
      view.getState().set({ menu: { x: event.clientX, y: event.clientY, on: "selection" } });
    },
    [editor, view],
  );
  const onPaneMenu = useCallback(
    (event: MouseEvent | globalThis.MouseEvent) => {
      event.preventDefault();
      view.getState().set({ menu: { x: event.clientX, y: event.clientY, on: "pane" } });
    },
    [view],
  );
  const onDoubleClick = (event: MouseEvent) => {
    if (!(event.target as Element).classList.contains("react-flow__pane")) return;
    const screen = { x: event.clientX, y: event.clientY };
    pickAt(editor, view, screen, underPointer(flow.screenToFlowPosition(screen)));
  };
  const onDrop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(KIND_DRAG);
    if (kind === "" || readonly) return;
    event.preventDefault();
    const screen = { x: event.clientX, y: event.clientY };
    const point = flow.screenToFlowPosition(screen);
    const parent = containerAt(editor.getState(), point);
    addPicked(editor, { screen, at: underPointer(point), parent }, kind, i18n.language as Locale);
  };
  /** Resizing ends like moving: one edit for all that it changed. */
  const onPointerUp = () => {
    requestAnimationFrame(() => {
      const { edit, kinds } = editor.getState();
      if (flow.getNodes().some(({ dragging }) => dragging)) return;
      const views = settle();
      const ids = Object.keys(views);
      if (ids.length === 0) return;
      edit((document) =>
        ids.reduce((whole, id) => {
          const parent = parentOf(whole, id);
          return fitContainer(parent === undefined ? whole : fitContainer(whole, kinds, parent), kinds, id);
        }, moveNodes(document, views)),
      );
    });
  };
  return (
    <div
      ref={area}
      className="relative min-h-0 min-w-0 flex-1 outline-none"
      // A click on the empty canvas gives it the keyboard.
      tabIndex={-1}
      data-canvas
      data-level={level}
      onDoubleClick={onDoubleClick}
      onPointerUp={onPointerUp}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(KIND_DRAG)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={onDrop}
    >
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={drawn}
        nodeTypes={map ? MAP_TYPES : NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDrag={onDrag}
        onNodeDragStop={onDragStop}
        onNodeDoubleClick={onNodeDoubleClick}
        onNodeContextMenu={onNodeMenu}
        onEdgeContextMenu={onEdgeMenu}
        onPaneContextMenu={onPaneMenu}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={onReconnect}
        isValidConnection={isValid}
        onInit={(instance) => {
          const box = area.current?.getBoundingClientRect();
          const { document, kinds } = editor.getState();
          if (box) void instance.setViewport(firstViewport(document, kinds, box));
        }}
        onMoveStart={() => area.current?.setAttribute("data-moving", "")}
        onMoveEnd={() => area.current?.removeAttribute("data-moving")}
        onError={ignore}
        aria-label={t("canvas:title")}
        // Boxes cost little; putting them in and taking them out while the canvas moves would cost more.
        onlyRenderVisibleElements={!map}
        disableKeyboardA11y
        deleteKeyCode={null}
        connectOnClick={false}
        connectionRadius={28}
        nodesConnectable={!readonly}
        nodesDraggable={!readonly && !hand}
        elementsSelectable={!hand}
        edgesReconnectable={!readonly}
        edgesFocusable={false}
        nodesFocusable
        panOnDrag={hand ? LEFT : MIDDLE}
        selectionOnDrag={!hand}
        selectionMode={SelectionMode.Partial}
        panOnScroll={!hand}
        panOnScrollMode={PanOnScrollMode.Free}
        zoomOnDoubleClick={false}
        multiSelectionKeyCode={MULTI}
        snapToGrid={snap}
        snapGrid={GRID}
        minZoom={0.1}
        maxZoom={2}
        elevateNodesOnSelect={false}
        defaultMarkerColor="var(--text-faint)"
        nodeDragThreshold={2}
        attributionPosition="top-right"
      >
        {map ? <WireLayer {...{ resting, moved, nodes, edges }} /> : <Background gap={24} size={1.5} />}
        <Guides guides={guides} />
      </ReactFlow>
      {minimap && <Minimap />}
    </div>
  );
}

/** The right button opens the menu. */
const LEFT = [0, 1];
const MIDDLE = [1];
const MULTI = ["Shift", "Meta", "Control"];
