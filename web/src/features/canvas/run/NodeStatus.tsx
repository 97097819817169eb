/** On a node's card: how it went in the run that is shown, its breakpoint and its pin. */
import { Pin, Repeat, RotateCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/app/format";
import { isStop } from "@/features/runs/ResumeForms";
import { StatusIcon, type Status } from "@/features/runs/RunStatus";
import { useNow } from "@/features/runs/useNow";
import { cn } from "@/ui/cn";
import { useEditor, useEditorStore } from "../store";
import { useRun, useRunStore } from "./context";
import { isOwn } from "./places";
import { shownStep, stepsOf } from "./pager";
import type { NodeState } from "./run-fold";
import { foldOf, nodeStateOf, type RunState } from "./store";

export function NodeStatus({ id }: { id: string }) {
  const state = useRun((all) => nodeStateOf(all, id));
  const stopped = useRun((all) => stopsAt(all, id));
  const pinned = useRun((all) => all.pins[id] !== undefined);
  const broken = useRun((all) => all.breakpoints.includes(id));
  return (
    <>
      {broken && <Breakpoint id={id} stopped={stopped} />}
      {(state || stopped || pinned) && <Row id={id} state={state} stopped={stopped} pinned={pinned} />}
    </>
  );
}

/** The run waits before the node; it has no step yet. */
function stopsAt({ fold }: RunState, id: string): boolean {
  return (fold.run?.required_action?.calls ?? []).some((call) => {
    if (!isStop(call) || call.node?.id !== id) return false;
    const path = call.node.path ?? "";
    return path.startsWith(fold.base) && isOwn(path.slice(fold.base.length));
  });
}

function Breakpoint({ id, stopped }: { id: string; stopped: boolean }) {
  const { t } = useTranslation();
  const store = useRunStore();
  return (
    <button
      type="button"
      data-breakpoint={id}
      aria-label={t("canvas-run:node.breakpointOff")}
      title={t("canvas-run:node.breakpointOff")}
      onClick={(event) => {
        event.stopPropagation();
        store.getState().toggleBreakpoint(id);
      }}
      className={cn(
        "nodrag nopan absolute -top-1.5 -left-1 z-10 size-3.5 rounded-full border-2 border-surface bg-danger",
        stopped && "outline-2 outline-offset-1 outline-danger",
      )}
    />
  );
}

function Row({
  id,
  state,
  stopped,
  pinned,
}: {
  id: string;
  state: NodeState | undefined;
  stopped: boolean;
  pinned: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const editor = useEditorStore();
  const store = useRunStore();
  const title = useEditor(({ document }) => document.nodes?.[id]?.title || id);
  const currency = useRun((all) => foldOf(all, id).run?.cost?.currency);
  // An iteration that is looked at shows its own step.
  const one = useRun((all) => {
    const fold = foldOf(all, id);
    const own = fold.nodes[id]?.seqs.length ?? 0;
    if (own < 2 || Object.keys(all.focus).length === 0) return undefined;
    return stepsOf(fold, id, all.focus).length < own ? shownStep(fold, id, all.focus) : undefined;
  });
  const away = useRun((all) => {
    const fold = foldOf(all, id);
    const own = fold.nodes[id]?.seqs.length ?? 0;
    return own > 0 && Object.keys(all.focus).length > 0 && stepsOf(fold, id, all.focus).length === 0;
  });
  const since = one ? (one.finished_at === null ? one.started_at : null) : (state?.since ?? null);
  const now = useNow(since !== null && state?.status === "running");
  const status: Status | undefined = stopped ? "waiting" : (one?.status ?? state?.status);
  const duration =
    (one ? (one.duration_ms ?? 0) : (state?.duration_ms ?? 0)) +
    (since === null ? 0 : Math.max(0, now - Date.parse(since)));
  const attempts = one?.attempt ?? state?.attempts ?? 0;
  const times = one ? 0 : (state?.seqs.length ?? 0);
  const warnings = one ? (one.warnings?.length ?? 0) : (state?.warnings ?? 0);
  const isPinned = pinned || one?.pinned === true;
  if (away && !stopped && !pinned) return null;
  return (
    <button
      type="button"
      data-node-status={status ?? "none"}
      onClick={(event) => {
        event.stopPropagation();
        editor.getState().select([id]);
        store.getState().openDock("node");
      }}
      className="nodrag nopan ml-3 flex max-w-full min-w-0 items-center gap-x-2 gap-y-0.5 rounded text-xs leading-4 text-soft tabular-nums hover:text-text"
    >
      <span className="sr-only">
        {t("canvas-run:node.open", {
          name: title,
          status: status ? t(`runs:status.${status}`) : t("canvas-run:node.notRun"),
        })}
      </span>
      {status && <StatusIcon status={status} />}
      {state && <span>{format.duration(duration)}</span>}
      {!one && state && state.iterations > 0 && (
        <Figure icon={<Repeat />} label={t("canvas-run:node.iterations", { count: state.iterations })}>
          {state.iterations}
        </Figure>
      )}
      {times > 1 && state?.iterations === 0 && (
        <span title={t("canvas-run:node.times", { count: times })}>×{format.number(times)}</span>
      )}
      {!one && state && state.tokens > 0 && (
        <span className="truncate">{t("chat:tokens", { number: format.compact(state.tokens) })}</span>
      )}
      {!one && state && state.cost > 0 && (
        <span>{currency ? format.money(state.cost, currency) : format.number(state.cost)}</span>
      )}
      {attempts > 1 && (
        <Figure icon={<RotateCw />} warn label={t("runs:step.attempt", { number: attempts })}>
          {attempts}
        </Figure>
      )}
      {warnings > 0 && (
        <Figure icon={<TriangleAlert />} warn label={t("runs:step.warnings", { count: warnings })}>
          {warnings}
        </Figure>
      )}
      {isPinned && <Figure icon={<Pin />} label={t("canvas-run:node.pinned")} />}
    </button>
  );
}

function Figure({
  icon,
  label,
  warn = false,
  children,
}: {
  icon: React.ReactNode;
  label: string;
  warn?: boolean;
  children?: React.ReactNode;
}) {
  return (
    <span
      title={label}
      className={cn("flex items-center gap-0.5 [&_svg]:size-3", warn && "text-warning-text")}
    >
      {icon}
      {children}
    </span>
  );
}
