/** All connections as lines, for looking at them from far away. */
import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { ERROR, OUT } from "@/graph/document";
import { useRun } from "../run/context";
import { edgeRan } from "../run/useEdgeRan";
import type { FlowEdge, FlowNode } from "./elements";
import { carriedBy, wires } from "./wires";

interface WireLayerProps {
  /** As the document has them. */
  resting: readonly FlowNode[];
  /** As they lie now, while some are dragged. */
  nodes: readonly FlowNode[];
  moved: ReadonlyMap<string, unknown>;
  edges: readonly FlowEdge[];
}

export function WireLayer({ resting, nodes, moved, edges }: WireLayerProps) {
  // Texts, so that what is equal is the same: it says when lines have to be made again.
  const ran = useRun((state) =>
    edges.filter(({ source, sourceHandle, target }) => edgeRan(state, source, sourceHandle ?? OUT, target)).map(({ id }) => id).join("\n"),
  );
  const ids = [...moved.keys()].join("\n");
  const carried = useMemo(() => carriedBy(resting, new Set(ids === "" ? [] : ids.split("\n"))), [resting, ids]);
  const look = useMemo(() => {
    const gone = new Set(ran.split("\n"));
    return ({ id, selected, sourceHandle }: FlowEdge) =>
      selected ? "selected" : gone.has(id) ? "ran" : sourceHandle === ERROR ? "error" : "plain";
  }, [ran]);
  const still = useMemo(
    () => wires(resting, edges.filter(({ source, target }) => !carried.has(source) && !carried.has(target)), look),
    [resting, edges, carried, look],
  );
  const moving = useMemo(
    () => wires(nodes, edges.filter(({ source, target }) => carried.has(source) || carried.has(target)), look),
    [nodes, edges, carried, look],
  );
  return (
    <ViewportPortal>
      <svg className="canvas-wires" aria-hidden="true">
        {[...still, ...moving].map(({ look: of, path }, at) => (
          <path key={at} d={path} data-look={of} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
