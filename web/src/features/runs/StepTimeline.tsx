/** A run's steps, what ran inside another below it; each with its place in time and, unfolded, all it was given and gave. */
import { Link } from "@tanstack/react-router";
import { ChevronRight, ListTree, Sparkles, Wrench } from "lucide-react";
import { useState, type CSSProperties, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { useWorkspace } from "@/app/session";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Notice } from "@/ui/states";
import { JsonView } from "./JsonView";
import { bars, type Bar } from "./run-state";
import { StatusBadge } from "./RunStatus";
import { countSteps, isEventful, stepTree, type GroupItem, type StepItem, type TreeItem } from "./step-tree";
import { useNow } from "./useNow";

/** Rows of one level that are drawn at first; a loop may have thousands. */
const FIRST = 100;
/** A whole tree of at most so many steps begins unfolded. */
const SMALL = 40;

interface Shared {
  bars: ReadonlyMap<number, Bar>;
  now: number;
  currency: string | undefined;
  action: StepAction | undefined;
  small: boolean;
  /** Some step has others inside: all rows leave room for the button that shows them. */
  nested: boolean;
}

/** What can be done with a step of a node. */
export interface StepAction {
  label: string;
  icon?: ReactNode;
  run: (step: Step) => void;
}

export function StepTimeline({
  steps,
  busy,
  currency,
  action,
}: {
  steps: readonly Step[];
  busy: boolean;
  currency: string | undefined;
  action?: StepAction;
}) {
  const { t } = useTranslation();
  const now = useNow(busy);
  if (steps.length === 0)
    return (
      <p className="rounded-lg border border-dashed border-line-strong px-4 py-6 text-center text-[13px] text-faint">
        {busy ? t("runs:step.soon") : t("runs:step.none")}
      </p>
    );
  const spans = bars(steps, now);
  const tree = stepTree(steps);
  const shared: Shared = {
    bars: new Map(steps.map(({ seq }, at) => [seq, spans[at] ?? { left: 0, width: 0 }])),
    now,
    currency,
    action,
    small: steps.length <= SMALL,
    nested: tree.length < steps.length,
  };
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <Level items={tree} depth={0} shared={shared} />
    </div>
  );
}

function Level({ items, depth, shared }: { items: readonly TreeItem[]; depth: number; shared: Shared }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(FIRST);
  return (
    <ol className="divide-y divide-line">
      {items.slice(0, shown).map((item) =>
        item.kind === "step" ? (
          <StepRow key={item.step.seq} item={item} depth={depth} shared={shared} />
        ) : (
          <GroupRow key={item.key} item={item} depth={depth} shared={shared} />
        ),
      )}
      {items.length > shown && (
        <li className="px-3.5 py-2 text-center">
          <Button size="sm" onClick={() => setShown(shown + 500)}>
            {t("runs:step.more", { count: items.length - shown })}
          </Button>
        </li>
      )}
    </ol>
  );
}

/** Deep trees stay on the page. */
const inset = (depth: number): CSSProperties & Record<"--inset", string> => {
  const width = Math.min(depth, 10) * 18;
  return { paddingLeft: `${14 + width}px`, "--inset": `${width}px` };
};

/** An iteration, or a tool call that ran a workflow. */
function GroupRow({ item, depth, shared }: { item: GroupItem; depth: number; shared: Shared }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(shared.small || isEventful(item.children));
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        style={inset(depth)}
        className="flex w-full items-center gap-3 bg-sunken/60 py-1.5 pr-3.5 text-left text-xs text-soft transition-colors hover:bg-hover/60"
      >
        <Chevron open={open} />
        {item.iteration === undefined
          ? t("runs:step.call", { id: item.call })
          : t("runs:step.iteration", { number: item.iteration + 1 })}
        <span className="text-faint">{t("runs:step.inside", { count: countSteps(item.children) })}</span>
      </button>
      {open && (
        <div className="border-t border-line">
          <Level items={item.children} depth={depth + 1} shared={shared} />
        </div>
      )}
    </li>
  );
}

const Chevron = ({ open }: { open: boolean }) => (
  <ChevronRight
    aria-hidden="true"
    className={cn("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")}
  />
);

const BAR: Record<Step["status"], string> = {
  running: "bg-accent",
  completed: "bg-accent/70",
  failed: "bg-danger",
  cancelled: "bg-line-strong",
  waiting: "bg-warning-text/70",
};

function StepIcon({ step }: { step: Step }) {
  const { t } = useTranslation();
  if (step.kind === "node")
    return <NodeIcon kind={step.node?.kind ?? ""} className="size-4 shrink-0 text-faint" />;
  const Icon = step.kind === "model" ? Sparkles : Wrench;
  return <Icon aria-label={t(`runs:step.${step.kind}`)} className="size-4 shrink-0 text-faint" />;
}

function StepRow({ item, depth, shared }: { item: StepItem; depth: number; shared: Shared }) {
  const { step, children } = item;
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [within, setWithin] = useState(shared.small || isEventful(children));
  const bar = shared.bars.get(step.seq) ?? { left: 0, width: 0 };
  const open_ms = step.finished_at === null ? shared.now - Date.parse(step.started_at) : null;
  const duration = step.duration_ms ?? (open_ms === null ? null : Math.max(0, open_ms));
  return (
    <li data-step={step.seq} data-node={step.node?.id}>
      <div className="flex items-stretch">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          style={inset(depth)}
          className="grid min-w-0 flex-1 grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5 py-2.5 pr-3.5 text-left transition-colors hover:bg-hover/60 sm:grid-cols-[auto_minmax(0,calc(17rem-var(--inset)))_1fr_9rem]"
        >
          <Chevron open={open} />
          <span className="flex min-w-0 items-center gap-2">
            <StepIcon step={step} />
            <span className={cn("truncate text-[13px]", step.kind !== "node" && "font-mono")}>{step.name}</span>
            {step.port !== null && step.port !== undefined && <Badge>{step.port}</Badge>}
            {step.status !== "completed" && <StatusBadge status={step.status} />}
            {(step.warnings?.length ?? 0) > 0 && (
              <Badge tone="warning">{t("runs:step.warnings", { count: step.warnings.length })}</Badge>
            )}
            {step.attempt > 1 && (
              <span className="shrink-0 text-xs text-warning-text">
                {t("runs:step.attempt", { number: step.attempt })}
              </span>
            )}
          </span>
          <span
            aria-hidden="true"
            className="relative order-last col-span-3 h-1.5 rounded-full bg-hover sm:order-none sm:col-span-1"
          >
            <span
              className={cn("absolute inset-y-0 min-w-1 rounded-full", BAR[step.status])}
              style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
            />
          </span>
          <span className="text-right text-xs whitespace-nowrap text-soft tabular-nums">
            {step.usage && (
              <span className="mr-3 text-faint max-sm:hidden">
                {t("chat:tokens", { number: format.number(step.usage.total_tokens) })}
              </span>
            )}
            {duration === null ? "—" : format.duration(duration)}
          </span>
        </button>
        {children.length > 0 ? (
          <button
            type="button"
            aria-expanded={within}
            title={t("runs:step.within", { name: step.name })}
            onClick={() => setWithin(!within)}
            className={cn(
              "flex w-14 shrink-0 items-center justify-center gap-1 border-l border-line text-xs tabular-nums transition-colors hover:bg-hover/60",
              within ? "text-accent-text" : "text-faint",
            )}
          >
            <ListTree aria-hidden="true" className="size-3.5" />
            <span className="sr-only">{t("runs:step.within", { name: step.name })} </span>
            {countSteps(children)}
          </button>
        ) : (
          shared.nested && <span className="w-14 shrink-0" />
        )}
      </div>
      {open && <Details step={step} shared={shared} />}
      {within && children.length > 0 && (
        <div className="border-t border-line">
          <Level items={children} depth={depth + 1} shared={shared} />
        </div>
      )}
    </li>
  );
}

function Details({ step, shared }: { step: Step; shared: Shared }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { action } = shared;
  return (
    <div className="space-y-3 border-t border-line bg-canvas px-4 py-3.5">
      {step.error && (
        <Notice reference={step.error.code}>
          <FailureText failure={step.error} />
        </Notice>
      )}
      {(step.warnings?.length ?? 0) > 0 && (
        <Notice tone="warning">
          <ul className="list-disc pl-4 only:list-none">
            {step.warnings.map((warning, at) => (
              <li key={at}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Facts step={step} currency={shared.currency} />
        {step.run_id != null && (
          <Link
            to="/w/$workspaceId/runs/$runId"
            params={{ workspaceId: workspace.id, runId: step.run_id }}
            className="text-xs text-accent-text hover:underline"
          >
            {t("chat:tool.openRun")}
          </Link>
        )}
        <span className="flex-1" />
        {action && step.node && step.node.parent == null && (
          <Button size="sm" onClick={() => action.run(step)}>
            {action.icon}
            {action.label}
          </Button>
        )}
      </div>
      <Labelled label={t("runs:step.input")}>
        <JsonView value={step.input} />
      </Labelled>
      {step.output !== null && step.output !== undefined && (
        <Labelled label={t("runs:step.output")}>
          <JsonView value={step.output} />
        </Labelled>
      )}
      {step.raw !== null && step.raw !== undefined && (
        <Labelled label={t("runs:step.raw")}>
          <JsonView value={step.raw} />
        </Labelled>
      )}
    </div>
  );
}

function Facts({ step, currency }: { step: Step; currency: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [format.dateTime(step.started_at)];
  if (step.node) facts.unshift(`${step.node.path ?? ""}${step.node.id}`);
  if (step.usage)
    facts.push(
      t("runs:run.tokens", {
        input: format.number(step.usage.input_tokens),
        output: format.number(step.usage.output_tokens),
      }),
    );
  if (step.cost) facts.push(currency ? format.money(step.cost, currency) : format.number(step.cost));
  return <p className="text-xs text-faint tabular-nums">{facts.join(" · ")}</p>;
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs text-faint">{label}</p>
      {children}
    </div>
  );
}
