/**
 * The whole document small. Nodes are painted once per document; while the canvas moves only the
 * frame around what is seen moves with it.
 */
import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useMemo, useRef, type PointerEvent, type WheelEvent } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme";
import { nodeOf, nodesOf, viewOf, type Rect } from "@/graph/document";
import { isComment, isContainer } from "@/graph/kinds";
import { rectOf } from "@/graph/place";
import { troubles } from "../findings";
import { useEditor } from "../store";
import { boundsOf } from "./viewport";

const SIZE = { width: 192, height: 128 };
const PADDING = 8;

interface Scale {
  bounds: Rect;
  factor: number;
  left: number;
  top: number;
}

function scaleOf(bounds: Rect): Scale {
  const factor = Math.min((SIZE.width - 2 * PADDING) / bounds.width, (SIZE.height - 2 * PADDING) / bounds.height, 0.2);
  return {
    bounds,
    factor,
    left: (SIZE.width - bounds.width * factor) / 2,
    top: (SIZE.height - bounds.height * factor) / 2,
  };
}

export function Minimap() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const theme = useTheme();
  const paper = useRef<HTMLCanvasElement>(null);
  const document = useEditor((state) => state.document);
  const kinds = useEditor((state) => state.kinds);
  const findings = useEditor((state) => state.findings);
  const selected = useEditor((state) => state.selected);
  const scale = useMemo(() => {
    const bounds = boundsOf(document, kinds, Object.keys(nodesOf(document)));
    return scaleOf(bounds ?? { x: 0, y: 0, width: 1, height: 1 });
  }, [document, kinds]);

  useEffect(() => {
    const to = paper.current?.getContext("2d");
    if (!to) return;
    const css = getComputedStyle(window.document.documentElement);
    const color = (name: string) => css.getPropertyValue(name).trim();
    const pixels = window.devicePixelRatio || 1;
    to.canvas.width = SIZE.width * pixels;
    to.canvas.height = SIZE.height * pixels;
    to.scale(pixels, pixels);
    const chosen = new Set(selected);
    const wrong = troubles(findings);
    const paint = (id: string) => {
      const node = nodeOf(document, id)!;
      const { x, y, width, height } = rectOf(document, kinds, id);
      const soft = isComment(node) || isContainer(kinds, node.kind);
      const error = (wrong.get(id)?.errors ?? 0) > 0;
      to.globalAlpha = soft ? 0.35 : 1;
      to.fillStyle = color(chosen.has(id) ? "--accent" : error ? "--danger" : isComment(node) && viewOf(node).color ? "--accent-soft" : "--line-strong");
      to.fillRect(
        scale.left + (x - scale.bounds.x) * scale.factor,
        scale.top + (y - scale.bounds.y) * scale.factor,
        Math.max(1.5, width * scale.factor),
        Math.max(1.5, height * scale.factor),
      );
    };
    const ids = Object.keys(nodesOf(document));
    const under = (id: string) => isComment(nodeOf(document, id)!) || isContainer(kinds, nodeOf(document, id)!.kind);
    ids.filter(under).forEach(paint);
    ids.filter((id) => !under(id)).forEach(paint);
  }, [document, kinds, findings, selected, scale, theme]);

  const centre = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left - scale.left) / scale.factor + scale.bounds.x;
    const y = (event.clientY - box.top - scale.top) / scale.factor + scale.bounds.y;
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };
  const zoom = (event: WheelEvent) => void (event.deltaY < 0 ? flow.zoomIn() : flow.zoomOut());
  return (
    <div
      role="img"
      aria-label={t("canvas:tool.minimap")}
      data-minimap
      className="nopan nodrag absolute right-3 bottom-3 z-10 cursor-crosshair overflow-hidden rounded-md border border-line bg-raised/95 shadow-popover max-sm:hidden"
      style={SIZE}
      onDoubleClick={(event) => event.stopPropagation()}
      onWheel={zoom}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        centre(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && centre(event)}
    >
      <canvas ref={paper} className="absolute inset-0" style={SIZE} />
      <Seen scale={scale} />
    </div>
  );
}

/** The frame around what is seen. */
function Seen({ scale }: { scale: Scale }) {
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const left = scale.left + (-x / zoom - scale.bounds.x) * scale.factor;
  const top = scale.top + (-y / zoom - scale.bounds.y) * scale.factor;
  return (
    <div
      className="pointer-events-none absolute top-0 left-0 rounded-sm border-2 border-accent bg-accent/5 will-change-transform"
      style={{
        width: (width / zoom) * scale.factor,
        height: (height / zoom) * scale.factor,
        transform: `translate(${left}px, ${top}px)`,
      }}
    />
  );
}
