/** Two runs side by side, node by node. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, RunDetail } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { prettyJson } from "@/features/runs/JsonView";
import { runQuery } from "@/features/runs/queries";
import { StatusBadge, StatusIcon } from "@/features/runs/RunStatus";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { compareRuns, MOST, type Difference, type NodeComparison, type Side } from "../compare";
import { RunFigures } from "../Figures";

export function CompareView({ runs: [left, right], onClose }: { runs: readonly [Id, Id]; onClose: () => void }) {
  const { t } = useTranslation();
  const ours = useQuery(runQuery(left));
  const theirs = useQuery(runQuery(right));
  return (
    <div className="space-y-3">
      <Button size="sm" variant="ghost" className="-ml-2" onClick={onClose}>
        <ArrowLeft />
        {t("canvas-run:tab.history")}
      </Button>
      <QueryView query={ours}>
        {(a) => <QueryView query={theirs}>{(b) => <Comparison left={a} right={b} />}</QueryView>}
      </QueryView>
    </div>
  );
}

function Comparison({ left, right }: { left: RunDetail; right: RunDetail }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const nodes = useMemo(() => compareRuns(left, right), [left, right]);
  const different = nodes.filter(({ same }) => !same);
  const shown = all ? nodes : different;
  return (
    <div className="space-y-3" data-compare={`${left.id} ${right.id}`}>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Head run={left} />
        <Head run={right} />
        <span className="flex-1" />
        <label className="flex items-center gap-1.5 text-xs text-soft">
          <input
            type="checkbox"
            className="accent-accent"
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
          />
          {t("canvas-run:compare.all")}
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="py-4 text-center text-[13px] text-faint">{t("canvas-run:compare.same")}</p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {shown.map((node) => (
            <NodeRow key={node.id} node={node} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Head({ run }: { run: RunDetail }) {
  const format = useFormat();
  return (
    <span className="flex items-center gap-2 text-xs text-soft">
      <StatusBadge status={run.status} />
      {format.dateTime(run.created_at)}
      <RunFigures run={run} />
    </span>
  );
}

function NodeRow({ node }: { node: NodeComparison }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const count = node.inputs.length + node.outputs.length;
  return (
    <li data-compared={node.id}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[auto_1fr_8rem_8rem_auto] items-center gap-3 px-3 py-2 text-left text-[13px] hover:bg-hover/60"
      >
        <ChevronRight
          aria-hidden="true"
          className={cn("size-3.5 text-faint transition-transform", open && "rotate-90")}
        />
        <span className="flex min-w-0 items-center gap-2">
          <NodeIcon kind={node.kind} className="size-4 shrink-0 text-faint" />
          <span className="truncate">{node.name}</span>
        </span>
        <SideView side={node.left} />
        <SideView side={node.right} />
        <Badge tone={count > 0 ? "warning" : "neutral"}>
          {node.same
            ? t("canvas-run:compare.equal")
            : count > 0
              ? t("canvas-run:compare.differences", { count })
              : t("canvas-run:compare.otherwise")}
        </Badge>
      </button>
      {open && (
        <div className="space-y-3 border-t border-line bg-canvas px-4 py-3">
          <Differences title={t("runs:step.input")} items={node.inputs} />
          <Differences title={t("runs:step.output")} items={node.outputs} />
          {count === 0 && <p className="text-xs text-faint">{t("canvas-run:compare.noValues")}</p>}
        </div>
      )}
    </li>
  );
}

function SideView({ side }: { side: Side | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!side) return <span className="text-xs text-faint">{t("canvas-run:node.notRun")}</span>;
  return (
    <span className="flex items-center gap-1.5 text-xs text-soft tabular-nums" title={t(`runs:status.${side.status}`)}>
      <StatusIcon status={side.status} />
      <span className="sr-only">{t(`runs:status.${side.status}`)}</span>
      {format.duration(side.duration_ms)}
      {side.times > 1 && <span className="text-faint">×{format.number(side.times)}</span>}
    </span>
  );
}

function Differences({ title, items }: { title: string; items: readonly Difference[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section className="space-y-1">
      <h4 className="text-xs font-normal text-faint">{title}</h4>
      <ul className="space-y-1.5">
        {items.map(({ path, left, right }) => (
          <li key={path} className="grid gap-2 text-xs sm:grid-cols-[10rem_1fr_1fr]">
            <span className="truncate pt-1 font-mono text-faint" title={path}>
              {path || "."}
            </span>
            <Value value={left} className="bg-danger-soft/60" />
            <Value value={right} className="bg-success-soft/60" />
          </li>
        ))}
      </ul>
      {items.length >= MOST && <p className="text-xs text-faint">{t("canvas-run:compare.more")}</p>}
    </section>
  );
}

function Value({ value, className }: { value: unknown; className: string }) {
  return (
    <pre
      tabIndex={0}
      className={cn("max-h-40 overflow-auto rounded px-2 py-1 font-mono leading-5 break-words whitespace-pre-wrap", className)}
    >
      {value === undefined ? "—" : prettyJson(value)}
    </pre>
  );
}
