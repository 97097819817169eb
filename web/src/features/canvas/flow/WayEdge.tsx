import { BaseEdge, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { OUT } from "@/graph/document";
import { pickOnEdge } from "../actions/picking";
import { useEdgeRan } from "../run/useEdgeRan";
import { useEditor, useEditorStore } from "../store";
import { useViewStore } from "../view-store";
import type { FlowEdge } from "./elements";

/** A connection, with a “+” in its middle that puts a node there. */
export const WayEdge = memo(function WayEdge(props: EdgeProps<FlowEdge>) {
  const { id, source, sourceHandleId, target, selected } = props;
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const readonly = useEditor((state) => state.readonly);
  const ran = useEdgeRan(source, sourceHandleId ?? OUT, target);
  const [path, x, y] = getBezierPath(props);
  const color = selected || ran ? "var(--accent)" : sourceHandleId === "error" ? "var(--danger)" : "var(--line-edge)";
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={props.markerEnd}
        interactionWidth={16}
        style={{ stroke: color, strokeWidth: selected || ran ? 2 : 1.5 }}
        data-ran={ran || undefined}
      />
      {!readonly && (
        <g
          role="button"
          tabIndex={-1}
          aria-label={t("canvas:edge.insert")}
          transform={`translate(${x}, ${y})`}
          className="canvas-plus"
          data-insert={id}
          onClick={(event) => {
            event.stopPropagation();
            pickOnEdge(editor, view, id, { x: event.clientX, y: event.clientY });
          }}
        >
          <circle r={9} />
          <path d="M-4 0H4M0 -4V4" />
        </g>
      )}
    </>
  );
});
