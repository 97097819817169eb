/** What came of the run: its messages as they are written, its result, why it failed, the variables it set. */
import { Link } from "@tanstack/react-router";
import { Crosshair, Pencil } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { JsonView } from "@/features/runs/JsonView";
import { useProgramVersion } from "@/features/runs/ProgramLink";
import { StatusBadge } from "@/features/runs/RunStatus";
import { Button } from "@/ui/button";
import { LoadingRows, Notice } from "@/ui/states";
import { ExplainError } from "../around/ExplainError";
import { useEditor, useEditorStore } from "../store";
import { useRun, useRunStore } from "./context";
import { RunFigures } from "./Figures";
import { RerunForm } from "./inspector/RerunForm";
import { NoRun } from "./NoRun";
import { focusOn } from "./places";
import { hasEnded, type RunFold } from "./run-fold";

export function ResultTab() {
  const { t } = useTranslation();
  const fold = useRun((state) => state.fold);
  const phase = useRun((state) => state.phase);
  const starting = useRun((state) => state.starting);
  const { run } = fold;
  const output = resultOf(fold);
  if (!run)
    return phase === "loading" || starting ? <LoadingRows label={t("common:loading")} rows={2} /> : <NoRun />;
  return (
    <div className="space-y-4">
      <Facts run={run} />
      {run.error && <RunFailure fold={fold} run={run} />}
      {run.error && <ExplainError key={run.id} runId={run.id} />}
      {fold.base === "" && <Messages fold={fold} />}
      {output !== null && output !== undefined && (
        <Part title={t("runs:run.output")}>
          <JsonView value={output} />
        </Part>
      )}
      {fold.base === "" && fold.variables.length > 0 && <Variables fold={fold} />}
    </div>
  );
}

/** Of a called workflow: what its end gave. */
function resultOf({ base, run, steps }: RunFold): unknown {
  if (base === "") return run?.output;
  const ends = [...steps.values()].filter(({ node }) => node?.kind === "end" && (node.path ?? "") === "");
  return ends.at(-1)?.output;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-1">
      <h2 className="text-xs font-normal text-faint">{title}</h2>
      {children}
    </section>
  );
}

function Facts({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const versionOf = useProgramVersion();
  const store = useRunStore();
  const link = "text-accent-text hover:underline";
  const { forked_from: from, root_run_id: root } = run;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-soft">
      <StatusBadge status={run.status} />
      <RunFigures run={run} />
      <span>{versionOf(run)}</span>
      <time dateTime={run.created_at}>{format.dateTime(run.created_at)}</time>
      {from !== null && (
        <button type="button" className={link} onClick={() => store.getState().show(from)}>
          {t("canvas-run:result.forkedFrom")}
        </button>
      )}
      {root !== null && (
        <Link to="/w/$workspaceId/runs/$runId" params={{ workspaceId: run.workspace_id, runId: root }} className={link}>
          {t("runs:called")}
        </Link>
      )}
      <Link
        to="/w/$workspaceId/runs/$runId"
        params={{ workspaceId: run.workspace_id, runId: run.id }}
        className={link}
      >
        {t("canvas-run:result.page")}
      </Link>
    </div>
  );
}

/** Why the run failed, and the way to the node where it began. */
function RunFailure({ fold, run }: { fold: RunFold; run: Run }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const store = useRunStore();
  const failed = [...fold.steps.values()].filter(({ kind, status }) => kind === "node" && status === "failed");
  // Containers fail with what is inside: the last that began is the innermost.
  const step = failed.findLast(({ error }) => error?.code === run.error?.code) ?? failed.at(-1);
  const place = step && focusOn(step);
  const name = useEditor(({ document }) => (place ? document.nodes?.[place.node]?.title || place.node : ""));
  return (
    <Notice
      title={place ? t("canvas-run:error.of", { name }) : t("runs:run.failed")}
      reference={run.error?.code}
      action={
        place && (
          <Button
            size="sm"
            onClick={() => {
              for (const [container, iteration] of Object.entries(place.around))
                store.getState().look(container, iteration);
              editor.getState().reveal(place.node);
              store.getState().openDock("node");
            }}
          >
            <Crosshair />
            {t("canvas-run:error.show")}
          </Button>
        )
      }
    >
      {run.error && <FailureText failure={run.error} />}
    </Notice>
  );
}

function Messages({ fold }: { fold: RunFold }) {
  const { t } = useTranslation();
  const told = fold.told.filter(({ text }) => text !== "");
  if (told.length === 0) return null;
  return (
    <Part title={t("canvas-run:result.messages")}>
      <div role="log">
        <ol className="space-y-2">
          {told.map((message) => (
            <li
              key={message.id}
              data-told={message.done ? "done" : "writing"}
              className="rounded-md bg-sunken px-2.5 py-2 text-[13px] leading-5 break-words whitespace-pre-wrap"
            >
              {message.text}
              {!message.done && (
                <span aria-hidden="true" className="ml-0.5 inline-block h-3.5 w-1.5 animate-pulse bg-accent align-text-bottom" />
              )}
            </li>
          ))}
        </ol>
      </div>
    </Part>
  );
}

function Variables({ fold }: { fold: RunFold }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<number>();
  const locked = useEditor((state) => state.readonly);
  return (
    <Part title={t("canvas-run:result.variables")}>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {fold.variables.map((variable, at) => {
          const step = variable.step === null ? undefined : fold.steps.get(variable.step);
          const place = step && focusOn(step);
          return (
            <li key={at} className="space-y-2 px-3 py-2">
              <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
                <span className="pt-1 font-mono text-xs">
                  <span className="text-faint">{variable.scope}.</span>
                  {variable.path.join(".")}
                </span>
                <div className="min-w-40 flex-1">
                  <JsonView value={variable.value} />
                </div>
                {step && place && !locked && fold.base === "" && fold.run?.root_run_id === null && hasEnded(fold.run) && (
                  <Button
                    size="sm"
                    aria-expanded={editing === at}
                    onClick={() => setEditing(editing === at ? undefined : at)}
                  >
                    <Pencil />
                    {t("canvas-run:result.change")}
                  </Button>
                )}
              </div>
              {editing === at && step && place && (
                <RerunForm id={place.node} step={step} first="then" onClose={() => setEditing(undefined)} />
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
