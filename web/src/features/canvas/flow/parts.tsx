/** What nodes of every shape have: handles, their findings, their name. */
import { Handle, Position } from "@xyflow/react";
import { CircleX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Locale, WorkflowNode } from "@/api/types";
import { HANDLE, type Handle as Place } from "@/graph/geometry";
import type { Port } from "@/graph/kinds";
import { troubles } from "../findings";
import { useEditor, useEditorStore } from "../store";
import { usePortName } from "../names";
import { useViewStore } from "../view-store";
import { pickFromPort } from "../actions/picking";

/** The handles of a node, at the places that its geometry gives. */
export function Handles({ id, places }: { id: string; places: readonly Place[] }) {
  const editor = useEditorStore();
  const view = useViewStore();
  const portName = usePortName();
  return places.map((place) => (
    <Handle
      key={`${place.type} ${place.id}`}
      id={place.id}
      type={place.type}
      position={place.side === "left" ? Position.Left : Position.Right}
      className="canvas-handle"
      title={place.type === "source" ? portName({ id: place.id }) : undefined}
      data-port={place.id}
      style={{ left: place.x, top: place.y, right: "auto", bottom: "auto", transform: "none", width: HANDLE, height: HANDLE }}
      onClick={(event) => {
        // A click on a way out asks what comes next; a drag connects.
        if (place.type !== "source") return;
        event.stopPropagation();
        pickFromPort(editor, view, id, place.id, { x: event.clientX, y: event.clientY });
      }}
    />
  ));
}

/** The name of a way out in its row. */
export function PortRow({ port }: { port: Port }) {
  const portName = usePortName();
  return (
    <div className="flex h-6 items-center justify-end pr-3 pl-3 text-xs text-soft" data-row={port.id}>
      <span className={`truncate ${port.id === "error" ? "text-danger-text" : ""}`}>{portName(port)}</span>
    </div>
  );
}

/** How many things are wrong with a node; names them to the pointer. */
export function FindingsBadge({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const trouble = useEditor((state) => troubles(state.findings).get(id));
  if (!trouble) return null;
  const error = trouble.errors > 0;
  const Icon = error ? CircleX : TriangleAlert;
  const count = error ? trouble.errors : trouble.warnings;
  const texts = trouble.findings.map(({ message }) => message[i18n.language as Locale]);
  return (
    <span
      role="img"
      aria-label={t(error ? "canvas:node.errors" : "canvas:node.warnings", { count })}
      title={texts.slice(0, 8).join("\n")}
      data-finding={error ? "error" : "warning"}
      className={`flex shrink-0 items-center gap-0.5 rounded-full px-1.5 py-0.5 text-xs leading-4 ${error ? "bg-danger-soft text-danger-text" : "bg-warning-soft text-warning-text"}`}
    >
      <Icon aria-hidden="true" className="size-3" />
      {count}
    </span>
  );
}

export const frame = (selected: boolean) =>
  `rounded-lg border bg-raised text-left ${selected ? "border-accent ring-2 ring-ring/35" : "border-line-strong"}`;


export const nameOf = (node: WorkflowNode, id: string): string => node.title || id;
