/** The inspector: what the selected node was given, gave, said and asked, in the run that is shown. */
import { useMutation } from "@tanstack/react-query";
import { CircleDot, Pin, PinOff, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/app/format";
import { StatusBadge } from "@/features/runs/RunStatus";
import { useNow } from "@/features/runs/useNow";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { ancestorsOf } from "@/graph/read";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { useEditor } from "../../store";
import { useRunActions } from "../actions";
import { useRun, useRunStore } from "../context";
import { NoRun } from "../NoRun";
import { shownStep } from "../pager";
import { canPin } from "../rerun";
import { hasEnded } from "../run-fold";
import { foldOf, type RunState } from "../store";
import { NodeRunForm } from "./NodeRunForm";
import { Pager } from "./Pager";
import { PinEditor } from "./PinEditor";
import { RerunForm } from "./RerunForm";
import { StepDetail } from "./StepDetail";

/** The node whose panel is open, or the one that is selected. */
export function useInspected(): string | undefined {
  return useEditor(({ selected, open, document }) => {
    const id = selected.length === 1 ? selected[0] : open?.node;
    return id !== undefined && document.nodes?.[id] && document.nodes[id].kind !== "comment" ? id : undefined;
  });
}

export function NodeTab() {
  const { t } = useTranslation();
  const id = useInspected();
  const nothing = useRun((state) => state.runId === undefined && state.solo === undefined);
  if (id === undefined)
    return nothing ? <NoRun /> : <p className="py-6 text-center text-[13px] text-faint">{t("canvas-run:node.choose")}</p>;
  return <Inspector key={id} id={id} />;
}

type Act = "run" | "rerun" | "pin";

/** The node cannot be tried by itself: it only stands for the beginning, or has no outputs. */
const ALONE_NOT = new Set(["start", "end", "break", "continue", "comment", "set_variable"]);

function Inspector({ id }: { id: string }) {
  const { t } = useTranslation();
  const store = useRunStore();
  const [act, setAct] = useState<Act>();
  const node = useEditor(({ document }) => document.nodes?.[id]);
  const document = useEditor((state) => state.document);
  const locked = useEditor((state) => state.readonly);
  const fold = useRun((state) => foldOf(state, id));
  const focus = useRun((state) => state.focus);
  const base = useRun((state) => state.base);
  const pin = useRun((state) => state.pins[id]);
  const broken = useRun((state) => state.breakpoints.includes(id));
  const alone = useRun((state) => isAlone(state, id));
  if (!node) return null;
  const step = shownStep(fold, id, focus);
  const { pin: setPin, toggleBreakpoint, dropSolo } = store.getState();
  const own = base === "" && !locked;
  // A batch is its own container.
  const containers = [...ancestorsOf(document, id)].reverse().concat(fold.nodes[id]?.iterations ? [id] : []);
  const toggle = (next: Act) => setAct(act === next ? undefined : next);
  const close = () => setAct(undefined);
  return (
    <div className="space-y-3" data-inspector={id}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-2">
        <NodeIcon kind={node.kind} className="size-4 shrink-0 text-faint" />
        <h2 className="max-w-72 truncate text-sm font-semibold">{node.title || id}</h2>
        {step ? (
          <>
            <StatusBadge status={step.status} />
            <Took id={id} />
          </>
        ) : (
          <span className="text-xs text-faint">{t("canvas-run:node.notRun")}</span>
        )}
        {step?.port && <Badge>{step.port}</Badge>}
        {step?.pinned && <Badge tone="accent">{t("canvas-run:node.pinned")}</Badge>}
        <span className="flex-1" />
        {own && (
          <div className="flex flex-wrap gap-1.5">
            {!ALONE_NOT.has(node.kind) && (
              <Button size="sm" aria-expanded={act === "run"} onClick={() => toggle("run")}>
                <Play />
                {t("workflows:run.node")}
              </Button>
            )}
            {step && !alone && (
              <Button
                size="sm"
                aria-expanded={act === "rerun"}
                disabled={!hasEnded(fold.run)}
                onClick={() => toggle("rerun")}
              >
                <RotateCcw />
                {t("runs:fork.action")}
              </Button>
            )}
            {canPin(node.kind) &&
              (pin ? (
                <Button size="sm" onClick={() => setPin(id, undefined)}>
                  <PinOff />
                  {t("canvas-run:pin.off")}
                </Button>
              ) : (
                <Button size="sm" aria-expanded={act === "pin"} onClick={() => toggle("pin")}>
                  <Pin />
                  {t("canvas-run:pin.on")}
                </Button>
              ))}
            {node.kind !== "start" && (
              <Button size="sm" aria-pressed={broken} onClick={() => toggleBreakpoint(id)}>
                <CircleDot className={broken ? "text-danger-text" : undefined} />
                {t("canvas-run:node.breakpoint")}
              </Button>
            )}
          </div>
        )}
      </div>
      {containers.length > 0 && (
        <div className="flex flex-wrap gap-x-6 gap-y-1.5">
          {containers.map((container) => (
            <Pager key={container} container={container} />
          ))}
        </div>
      )}
      {act === "run" && <NodeRunForm id={id} onClose={close} />}
      {act === "rerun" && step && <RerunForm id={id} step={step} onClose={close} />}
      {(act === "pin" || pin) && own && canPin(node.kind) && <PinEditor id={id} step={step} onClose={close} />}
      {alone && (
        <Notice
          tone="info"
          action={
            <span className="flex gap-2">
              <StopAlone />
              <Button size="sm" onClick={dropSolo}>
                {t("canvas-run:solo.back")}
              </Button>
            </span>
          }
        >
          {t("canvas-run:solo.hint")}
        </Notice>
      )}
      {step ? (
        <StepDetail key={step.seq} id={id} fold={fold} step={step} />
      ) : (
        <p className="py-4 text-center text-[13px] text-faint">{t("canvas-run:node.notRunHint")}</p>
      )}
    </div>
  );
}

function StopAlone() {
  const { t } = useTranslation();
  const actions = useRunActions();
  const solo = useRun((state) => state.solo);
  const stop = useMutation({ mutationFn: () => actions.stop(solo?.runId) });
  if (!solo || hasEnded(solo.fold.run)) return null;
  return (
    <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
      {t("canvas-run:bar.stop")}
    </Button>
  );
}

const isAlone = ({ solo }: RunState, id: string): boolean => solo?.fold.nodes[id] !== undefined;

/** Its own time, tokens and money; of an iteration that is looked at, that one's time. */
function Took({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = useRun((all) => foldOf(all, id).nodes[id]);
  const step = useRun((all) => shownStep(foldOf(all, id), id, all.focus));
  const currency = useRun((all) => foldOf(all, id).run?.cost?.currency);
  const now = useNow(step?.status === "running");
  if (!state || !step) return null;
  const facts = [
    format.duration(step.duration_ms ?? Math.max(0, now - Date.parse(step.started_at))),
    ...(state.tokens > 0 ? [t("chat:tokens", { number: format.number(state.tokens) })] : []),
    ...(state.cost > 0 ? [currency ? format.money(state.cost, currency) : format.number(state.cost)] : []),
    ...(step.attempt > 1 ? [t("runs:step.attempt", { number: step.attempt })] : []),
  ];
  return <span className="text-xs text-soft tabular-nums">{facts.join(" · ")}</span>;
}
