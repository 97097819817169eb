/** One step of a node: values, console, what it was told before it became outputs, what ran inside, attempts. */
import { Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { JsonView } from "@/features/runs/JsonView";
import { StepTimeline } from "@/features/runs/StepTimeline";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Notice } from "@/ui/states";
import { useEditor } from "../../store";
import { useRun } from "../context";
import { placeOf } from "../places";
import { isBusy, type RunFold } from "../run-fold";
import { consoleOf, insideOf } from "./inside";
import { StepFailure } from "./StepFailure";
import { useTelling } from "./useTelling";

const VIEWS = ["data", "console", "inside", "raw", "attempts"] as const;
type View = (typeof VIEWS)[number];

export function StepDetail({ id, fold, step }: { id: string; fold: RunFold; step: Step }) {
  const { t } = useTranslation();
  const [wanted, setView] = useState<View>("data");
  const iteration = useRun((state) => state.focus[id]);
  const inside = useMemo(
    () => insideOf(fold, step, step.node?.id === id ? iteration : undefined),
    [fold, step, id, iteration],
  );
  const written = consoleOf(step);
  const earlier = fold.earlier.get(step.seq) ?? [];
  const there: Record<View, boolean> = {
    data: true,
    console: written !== undefined,
    inside: inside.length > 0,
    raw: step.raw !== null && step.raw !== undefined,
    attempts: earlier.length > 0 || step.attempt > 1,
  };
  const shown = VIEWS.filter((name) => there[name]);
  const view = there[wanted] ? wanted : "data";
  const counts: Partial<Record<View, number>> = {
    console: written?.lines.length,
    inside: inside.length === 0 ? undefined : inside.filter(({ seq }) => seq !== step.seq).length,
    attempts: step.attempt,
  };
  return (
    <div className="space-y-3">
      <StepFailure id={id} step={step} />
      {(step.warnings?.length ?? 0) > 0 && (
        <Notice tone="warning">
          <ul className="list-disc pl-4 only:list-none">
            {step.warnings.map((warning, at) => (
              <li key={at}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      {shown.length > 1 && (
        <div role="group" aria-label={t("canvas-run:view.label")} className="flex flex-wrap gap-1">
          {shown.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={view === name}
              onClick={() => setView(name)}
              className={cn(
                "flex h-6 items-center gap-1.5 rounded-full px-2.5 text-xs",
                view === name ? "bg-accent-soft text-accent-text" : "text-soft hover:bg-hover",
              )}
            >
              {t(`canvas-run:view.${name}`)}
              {counts[name] !== undefined && <span className="text-faint tabular-nums">{counts[name]}</span>}
            </button>
          ))}
        </div>
      )}
      {view === "data" && <Data id={id} fold={fold} step={step} />}
      {view === "console" && written && <Console {...written} />}
      {view === "inside" && (
        <div className="space-y-2">
          <CalledWorkflow id={id} step={step} />
          <StepTimeline steps={inside} busy={isBusy(fold.run)} currency={fold.run?.cost?.currency} />
        </div>
      )}
      {view === "raw" && <JsonView value={step.raw} />}
      {view === "attempts" && <Attempts steps={[...earlier, step]} />}
    </div>
  );
}

function Data({ id, fold, step }: { id: string; fold: RunFold; step: Step }) {
  const { t } = useTranslation();
  const telling = useTelling(id, fold, step);
  const empty = step.output === null || step.output === undefined;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Column title={t("runs:step.input")}>
        <JsonView value={step.input} />
      </Column>
      <Column title={t("runs:step.output")}>
        {telling && (
          <div className="space-y-1">
            {telling.by !== undefined && (
              <p className="text-xs text-faint">{t("canvas-run:told.by", { name: telling.by })}</p>
            )}
            <p
              data-telling={id}
              aria-live="polite"
              aria-busy
              className="max-h-72 overflow-auto rounded-md bg-sunken px-2.5 py-2 text-[13px] leading-5 break-words whitespace-pre-wrap"
            >
              {telling.text}
              <span aria-hidden="true" className="ml-0.5 inline-block h-3.5 w-1.5 animate-pulse bg-accent align-text-bottom" />
            </p>
          </div>
        )}
        {!empty && <JsonView value={step.output} />}
        {empty && !telling && (
          <p className="text-[13px] text-faint">
            {t(step.finished_at === null ? "canvas-run:node.soon" : "canvas-run:node.nothing")}
          </p>
        )}
      </Column>
    </div>
  );
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0 space-y-1">
      <h3 className="text-xs font-normal text-faint">{title}</h3>
      {children}
    </section>
  );
}

const INKS: Record<string, string> = { error: "text-danger-text", warn: "text-warning-text" };

function Console({ lines, cut }: { lines: { level: string; text: string }[]; cut: boolean }) {
  const { t } = useTranslation();
  if (lines.length === 0) return <p className="text-[13px] text-faint">{t("canvas-run:console.empty")}</p>;
  return (
    <div className="space-y-1">
      <pre
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-md bg-sunken px-2.5 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {lines.map(({ level, text }, at) => (
          <span key={at} className={cn("block", INKS[level])}>
            {text}
          </span>
        ))}
      </pre>
      {cut && <p className="text-xs text-faint">{t("canvas-run:console.cut")}</p>}
    </div>
  );
}

/** The called workflow's own canvas, with what it did in this run. */
function CalledWorkflow({ id, step }: { id: string; step: Step }) {
  const { t } = useTranslation();
  const called = useEditor(({ document }) => document.nodes?.[id]);
  const workspaceId = useEditor(({ workflow }) => workflow.workspace_id);
  const runId = useRun((state) => state.runId);
  const base = useRun((state) => state.base);
  const workflowId = (called?.params as { workflow_id?: unknown } | undefined)?.workflow_id;
  if (called?.kind !== "workflow" || typeof workflowId !== "string" || runId === undefined) return null;
  return (
    <Button asChild size="sm">
      <Link
        to="/w/$workspaceId/workflows/$workflowId/canvas"
        params={{ workspaceId, workflowId }}
        search={{ run: runId, at: `${base}${placeOf(step)}/` }}
      >
        <ExternalLink />
        {t("canvas-run:inside.open")}
      </Link>
    </Button>
  );
}

function Attempts({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const last = steps.at(-1);
  return (
    <ol className="space-y-2">
      {last && last.attempt > steps.length && (
        <li className="text-xs text-faint">{t("canvas-run:attempts.unknown", { count: last.attempt - steps.length })}</li>
      )}
      {steps.map((step) => (
        <li key={step.attempt} className="rounded-md border border-line px-3 py-2 text-[13px]">
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={step.status === "failed" ? "danger" : step.status === "completed" ? "success" : "neutral"}>
              {t("runs:step.attempt", { number: step.attempt })}
            </Badge>
            <span className="text-xs text-faint tabular-nums">
              {format.dateTime(step.started_at)}
              {step.duration_ms !== null && ` · ${format.duration(step.duration_ms)}`}
            </span>
          </p>
          {step.error && (
            <div className="mt-1 break-words text-danger-text">
              <FailureText failure={step.error} />
              <p className="font-mono text-xs">{step.error.code}</p>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
