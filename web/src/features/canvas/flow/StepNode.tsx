import type { NodeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { nodeOf } from "@/graph/document";
import { geometryOf } from "@/graph/geometry";
import { givenBy } from "@/graph/references";
import { useKindTitle } from "../names";
import { NodeStatus } from "../run/NodeStatus";
import { useEditor } from "../store";
import type { FlowNode } from "./elements";
import { FindingsBadge, frame, Handles, nameOf, PortRow } from "./parts";

/** A node as a card: what it is, what it takes, what it gives, its ways out. */
export const StepNode = memo(function StepNode({ id, selected }: NodeProps<FlowNode>) {
  const { t } = useTranslation();
  const node = useEditor((state) => nodeOf(state.document, id));
  const kinds = useEditor((state) => state.kinds);
  const kindTitle = useKindTitle(node?.kind ?? "");
  const geometry = useMemo(() => node && geometryOf(node, kinds), [node, kinds]);
  const given = useMemo(() => (node ? givenBy(node, kinds).map(({ name }) => name) : []), [node, kinds]);
  if (!node || !geometry) return null;
  const name = nameOf(node, id);
  return (
    <div className={`h-full ${frame(selected)}`} data-node={id} data-kind={node.kind}>
      <div className="flex h-[43px] items-center gap-2 px-2.5">
        <span className="flex size-7 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
          <NodeIcon kind={node.kind} className="size-4" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate text-[13px] leading-[18px] font-medium">{name}</span>
          {kindTitle !== name && <span className="canvas-detail block truncate text-[11px] leading-[14px] text-faint">{kindTitle}</span>}
        </span>
        <FindingsBadge id={id} />
      </div>
      <div className="canvas-detail">
        {geometry.inputs && <Row label={t("canvas:node.takes")} names={(node.inputs ?? []).map((input) => input.name)} />}
        {geometry.outputs && <Row label={t("canvas:node.gives")} names={given} />}
        {geometry.rows.map((port) => (
          <PortRow key={port.id} port={port} />
        ))}
      </div>
      <Handles id={id} places={geometry.handles} />
      <div className="absolute inset-x-0 top-full pt-1">
        <NodeStatus id={id} />
      </div>
    </div>
  );
});

function Row({ label, names }: { label: string; names: readonly string[] }) {
  return (
    <div className="flex h-6 items-center gap-1.5 px-2.5 text-xs text-soft">
      <span className="shrink-0 text-faint">{label}</span>
      <span className="truncate font-mono text-[11px]">{names.join(", ")}</span>
    </div>
  );
}
