/** Runs the node alone with inputs written here, and shows what it gave and what it printed. */
import { ChevronRight, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { ErrorNotice } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { JsonView } from "@/features/runs/JsonView";
import { useInputs } from "@/features/workflows/inputs/useInputs";
import { ValueFields } from "@/features/workflows/inputs/ValueFields";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Spinner } from "@/ui/spinner";
import { Notice } from "@/ui/states";
import { useEditor } from "../../store";
import { useRun, useRunStore } from "../../run/context";
import { shownStep } from "../../run/pager";
import { startNode } from "../../run/queries";
import { usePanel } from "../context";
import { isRecord } from "../pointer";
import { consoleOf } from "./console";

export function RunAlone() {
  const { id, node } = usePanel();
  const last = useRun((state) => shownStep(state.solo?.node === id ? state.solo.fold : state.fold, id, state.focus));
  const given = isRecord(last?.input) ? last.input : {};
  // Other fields make another form; what was given last is where it begins.
  const shape = JSON.stringify((node.inputs ?? []).map(({ name, type }) => [name, type]));
  return <Form key={shape} initial={{ ...literals(node.inputs), ...given }} />;
}

function literals(inputs: ReturnType<typeof usePanel>["node"]["inputs"]): Record<string, unknown> {
  return Object.fromEntries((inputs ?? []).flatMap(({ name, value }) => (value && "literal" in value ? [[name, value.literal]] : [])));
}

function Form({ initial }: { initial: Record<string, unknown> }) {
  const { t } = useTranslation();
  const { id, node, readonly } = usePanel();
  const workflow = useEditor((state) => state.workflow.id);
  const run = useRunStore();
  const starting = useRun((state) => state.starting);
  const solo = useRun((state) => (state.solo?.node === id ? state.solo : undefined));
  const [failure, setFailure] = useState<unknown>();
  const [open, setOpen] = useState(false);
  const fields = (node.inputs ?? []).map(({ name, type }) => ({ name, type }));
  const inputs = useInputs(fields, initial);
  const step = solo && shownStep(solo.fold, id, {});
  const busy = starting || solo?.phase === "loading" || step?.status === "running";
  const start = async () => {
    const values = inputs.submit();
    if (!values) return setOpen(true);
    setFailure(undefined);
    const started = await run.getState().startSolo(id, () => startNode(workflow, id, values));
    if (!started) setFailure(run.getState().refused);
  };
  if (readonly) return null;
  return (
    <div className="space-y-3 rounded-lg border border-line p-3" data-run-alone>
      <div className="flex items-center gap-2">
        <Button size="sm" variant="primary" busy={busy} onClick={() => void start()}>
          {!busy && <Play />}
          {t("canvas-panel:alone.run")}
        </Button>
        {fields.length > 0 && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex items-center gap-1 rounded text-xs text-soft hover:text-text"
          >
            <ChevronRight aria-hidden="true" className={cn("size-3 transition-transform", open && "rotate-90")} />
            {t("canvas-panel:alone.inputs", { count: fields.length })}
          </button>
        )}
      </div>
      {open && <ValueFields fields={fields} drafts={inputs.drafts} faults={inputs.faults} onChange={inputs.onChange} />}
      {failure !== undefined && <ErrorNotice error={failure} />}
      {solo?.error !== undefined && solo.error !== null && <ErrorNotice error={solo.error} />}
      {step && <Result step={step} />}
    </div>
  );
}

function Result({ step }: { step: Step }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lines = consoleOf(step.raw);
  if (step.finished_at === null)
    return (
      <p role="status" className="flex items-center gap-2 text-[13px] text-soft">
        <Spinner />
        {t("canvas-panel:alone.running")}
      </p>
    );
  return (
    <div role="status" className="space-y-2">
      {step.error ? (
        <Notice title={t("canvas-panel:alone.failed")} reference={step.error.code}>
          <FailureText failure={step.error} />
        </Notice>
      ) : (
        <>
          <p className="flex items-baseline justify-between text-xs text-faint">
            <span>{t("canvas-panel:alone.outputs")}</span>
            {step.duration_ms !== null && <span className="tabular-nums">{format.duration(step.duration_ms)}</span>}
          </p>
          <JsonView value={step.output} />
        </>
      )}
      {step.warnings.length > 0 && (
        <Notice tone="warning">
          <ul>
            {step.warnings.map((warning, at) => (
              <li key={at}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      {lines.length > 0 && (
        <>
          <p className="text-xs text-faint">{t("canvas-panel:alone.console")}</p>
          <pre
            tabIndex={0}
            aria-label={t("canvas-panel:alone.console")}
            className="max-h-48 overflow-auto rounded-md border border-line px-2.5 py-2 font-mono text-xs leading-5 whitespace-pre-wrap"
          >
            {lines.map(({ level, text }, at) => (
              <span
                key={at}
                className={cn("block", level === "error" && "text-danger-text", level === "warn" && "text-warning-text")}
              >
                {text || " "}
              </span>
            ))}
          </pre>
        </>
      )}
    </div>
  );
}
