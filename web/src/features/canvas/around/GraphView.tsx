/** A document as a picture: nothing in it can be moved; nodes can be chosen. */
import {
  Background,
  BaseEdge,
  getBezierPath,
  Handle,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeHandle,
  type NodeProps,
} from "@xyflow/react";
import { memo, useEffect, useId, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Locale, WorkflowDocument } from "@/api/types";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { nodeOf } from "@/graph/document";
import { HANDLE } from "@/graph/geometry";
import type { Kinds } from "@/graph/kinds";
import { placeMissing } from "@/graph/place";
import { Badge, type BadgeTone } from "@/ui/badge";
import { cn } from "@/ui/cn";
import { flowEdges, FlowNodes } from "../flow/elements";
import { glide } from "../flow/viewport";
import "../flow/canvas.css";
import type { EdgeState, NodeState } from "./changes";

type CardData = {
  title: string;
  kind: string;
  kindTitle: string;
  text: string;
  state: NodeState | undefined;
  ends: readonly NodeHandle[];
};
type CardNode = Node<CardData, "step" | "container" | "comment">;
type LineEdge = Edge<{ state: EdgeState | undefined }, "way">;

export const TONES: Record<NodeState, BadgeTone> = { added: "success", removed: "danger", changed: "warning", moved: "neutral" };
const FRAMES: Record<NodeState, string> = {
  added: "border-success-text bg-success-soft",
  removed: "border-dashed border-danger-text bg-danger-soft",
  changed: "border-warning-text bg-warning-soft",
  moved: "border-dashed border-line-strong bg-raised",
};
const PLAIN = "border-line-strong bg-raised";
const NONE: ReadonlySet<string> = new Set();
const FIT = { padding: 0.12, maxZoom: 1 } as const;

export interface GraphViewProps {
  document: WorkflowDocument;
  kinds: Kinds;
  states?: ReadonlyMap<string, NodeState>;
  edges?: ReadonlyMap<string, EdgeState>;
  selected?: string;
  onSelect?: (id: string) => void;
  /** A small picture: seen, not entered. */
  still?: boolean;
}

export function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  );
}

function Picture({ document: given, kinds, states, edges: lines, selected, onSelect, still = false }: GraphViewProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const flow = useReactFlow<CardNode, LineEdge>();
  const language = i18n.language as Locale;
  const document = useMemo(() => placeMissing(given, kinds), [given, kinds]);
  const nodes = useMemo(
    () =>
      new FlowNodes(kinds).build(document, selected === undefined ? NONE : new Set([selected]), true).map((made): CardNode => {
        const node = nodeOf(document, made.id);
        const kind = node?.kind ?? "";
        const text = typeof node?.params?.text === "string" ? node.params.text : "";
        return {
          ...made,
          focusable: false,
          data: { title: node?.title || made.id, kind, kindTitle: kinds.get(kind)?.title[language] ?? kind, text, state: states?.get(made.id), ends: made.handles ?? [] },
        };
      }),
    [document, kinds, states, selected, language],
  );
  const edges = useMemo(
    () => flowEdges(document, NONE).map((edge): LineEdge => ({ ...edge, markerEnd: ARROW, data: { state: lines?.get(edge.id) } })),
    [document, lines],
  );
  useEffect(() => {
    if (selected === undefined) return;
    void flow.fitView({ nodes: [{ id: selected }], duration: glide(), maxZoom: Math.max(flow.getZoom(), 0.6), minZoom: 0.4 });
  }, [flow, selected]);
  return (
    <ReactFlow<CardNode, LineEdge>
      id={id}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      aria-label={t("canvas:title")}
      fitView
      fitViewOptions={FIT}
      minZoom={0.05}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={!still}
      disableKeyboardA11y
      deleteKeyCode={null}
      panOnDrag={!still}
      panOnScroll={!still}
      zoomOnScroll={false}
      zoomOnPinch={!still}
      zoomOnDoubleClick={false}
      preventScrolling={!still}
      proOptions={PRO}
      onNodeClick={(_, { id }) => onSelect?.(id)}
    >
      <Background gap={24} size={1.5} />
    </ReactFlow>
  );
}

const ARROW = { type: MarkerType.ArrowClosed } as const;
// The editor's own canvas names the library.
const PRO = { hideAttribution: true } as const;

function StateBadge({ state }: { state: NodeState | undefined }) {
  const { t } = useTranslation();
  return state ? <Badge tone={TONES[state]}>{t(`workflows:diff.${state}`)}</Badge> : null;
}

/** Only where edges meet the node. */
function Ends({ ends }: { ends: readonly NodeHandle[] }) {
  return ends.map(({ id: port, type, position, x, y }) => (
    <Handle
      key={`${type} ${port}`}
      id={port ?? undefined}
      type={type}
      position={position}
      isConnectable={false}
      className="canvas-handle !pointer-events-none"
      style={{ left: x, top: y, right: "auto", bottom: "auto", transform: "none", width: HANDLE, height: HANDLE }}
    />
  ));
}

const Card = memo(function Card({ id, selected, type, data }: NodeProps<CardNode>) {
  const { title, kind, kindTitle, state } = data;
  const container = type === "container";
  return (
    <div
      data-picture={id}
      data-state={state}
      className={cn("h-full rounded-lg border", container && "rounded-xl border-2", state ? FRAMES[state] : container ? "border-line-strong bg-sunken/70" : PLAIN, selected && "ring-2 ring-ring")}
    >
      <div className="flex h-[43px] items-center gap-2 px-2.5">
        <span className="flex size-7 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
          <NodeIcon kind={kind} className="size-4" />
        </span>
        <span className="min-w-0 flex-1">
          <span className={cn("block truncate text-[13px] leading-[18px] font-medium", state === "removed" && "line-through")}>{title}</span>
          {kindTitle !== title && <span className="block truncate text-[11px] leading-[14px] text-soft">{kindTitle}</span>}
        </span>
        <StateBadge state={state} />
      </div>
      <Ends ends={data.ends} />
    </div>
  );
});

const Note = memo(function Note({ id, selected, data }: NodeProps<CardNode>) {
  return (
    <div
      data-picture={id}
      data-state={data.state}
      className={cn("h-full overflow-hidden rounded-lg border p-2.5 text-xs whitespace-pre-wrap text-soft", data.state ? FRAMES[data.state] : "border-line bg-surface/80", selected && "ring-2 ring-ring")}
    >
      <StateBadge state={data.state} /> {data.text}
    </div>
  );
});

const COLORS: Record<EdgeState, string> = { added: "var(--success-text)", removed: "var(--danger-text)" };

const Line = memo(function Line(props: EdgeProps<LineEdge>) {
  const [path] = getBezierPath(props);
  const state = props.data?.state;
  return (
    <BaseEdge
      id={props.id}
      path={path}
      markerEnd={props.markerEnd}
      data-edge-state={state}
      style={{
        stroke: state ? COLORS[state] : "var(--line-edge)",
        strokeWidth: state ? 2.25 : 1.5,
        ...(state === "removed" ? { strokeDasharray: "6 5" } : {}),
      }}
    />
  );
});

const NODE_TYPES = { step: Card, container: Card, comment: Note };
const EDGE_TYPES = { way: Line };
