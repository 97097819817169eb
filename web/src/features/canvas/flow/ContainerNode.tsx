import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { nodeOf } from "@/graph/document";
import { CONTAINER_LEAST, geometryOf } from "@/graph/geometry";
import { givenBy } from "@/graph/references";
import { childrenOf } from "@/graph/read";
import { useKindTitle } from "../names";
import { NodeStatus } from "../run/NodeStatus";
import { useEditor } from "../store";
import { useView } from "../view-store";
import type { FlowNode } from "./elements";
import { FindingsBadge, Handles, nameOf, PortRow } from "./parts";

/** A loop or batch: its body lies inside, between its beginning and its end. */
export const ContainerNode = memo(function ContainerNode({ id, selected, width, height }: NodeProps<FlowNode>) {
  const { t } = useTranslation();
  const node = useEditor((state) => nodeOf(state.document, id));
  const kinds = useEditor((state) => state.kinds);
  const readonly = useEditor((state) => state.readonly);
  const empty = useEditor((state) => childrenOf(state.document, id).length === 0);
  const target = useView((state) => state.dropInto === id);
  const kindTitle = useKindTitle(node?.kind ?? "");
  // While it is resized its size is the canvas's, not yet the document's.
  const geometry = useMemo(
    () => node && geometryOf({ ...node, view: { ...node.view, width, height } }, kinds),
    [node, kinds, width, height],
  );
  if (!node || !geometry) return null;
  const name = nameOf(node, id);
  const takes = (node.inputs ?? []).map((input) => input.name).join(", ");
  const gives = givenBy(node, kinds).map((field) => field.name).join(", ");
  return (
    <div
      data-node={id}
      data-kind={node.kind}
      className={`h-full rounded-xl border-2 ${target ? "border-accent bg-accent-soft/60" : selected ? "border-accent bg-sunken/70 ring-2 ring-ring/35" : "border-line-strong bg-sunken/70"}`}
    >
      <NodeResizer
        isVisible={selected && !readonly}
        minWidth={CONTAINER_LEAST.width}
        minHeight={CONTAINER_LEAST.height}
        lineClassName="!border-accent"
        handleClassName="!size-2.5 !rounded-sm !border-accent !bg-raised"
      />
      <div className="flex h-[42px] items-center gap-2 rounded-t-xl border-b border-line bg-raised px-2.5">
        <span className="flex size-7 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
          <NodeIcon kind={node.kind} className="size-4" />
        </span>
        <span className="min-w-0 shrink truncate text-[13px] font-medium">{name}</span>
        {kindTitle !== name && <span className="canvas-detail shrink-0 text-[11px] text-faint">{kindTitle}</span>}
        <span className="canvas-detail min-w-0 flex-1 truncate text-right font-mono text-[11px] text-soft">
          {[takes, gives].filter(Boolean).join(" → ")}
        </span>
        <FindingsBadge id={id} />
      </div>
      {geometry.rows.map((port) => (
        <PortRow key={port.id} port={port} />
      ))}
      {empty && (
        <p className="pointer-events-none absolute inset-x-12 top-1/2 text-center text-xs text-faint">
          {t("canvas:container.empty")}
        </p>
      )}
      <Handles id={id} places={geometry.handles} />
      <div className="absolute inset-x-0 top-full pt-1">
        <NodeStatus id={id} />
      </div>
    </div>
  );
});
