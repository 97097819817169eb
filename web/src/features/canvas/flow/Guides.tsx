import { ViewportPortal, useStore } from "@xyflow/react";
import type { Guide } from "@/graph/align";

/** The lines that what is dragged lies on. */
export function Guides({ guides }: { guides: readonly Guide[] }) {
  const zoom = useStore((state) => state.transform[2]);
  if (guides.length === 0) return null;
  // As wide as a pixel of the screen, whatever the zoom.
  const width = 1 / zoom;
  return (
    <ViewportPortal>
      <svg className="canvas-guides" aria-hidden="true">
        {guides.map(({ axis, at, from, to }) => (
          <line
            key={`${axis} ${at}`}
            data-guide={axis}
            strokeWidth={width}
            {...(axis === "x" ? { x1: at, x2: at, y1: from, y2: to } : { x1: from, x2: to, y1: at, y2: at })}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}
