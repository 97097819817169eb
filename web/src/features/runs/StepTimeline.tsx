/** A run's steps in order, each with its place in time and, unfolded, all it was given and gave. */
import { ChevronRight, Sparkles, Wrench } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { useFormat } from "@/app/format";
import { cn } from "@/ui/cn";
import { Notice } from "@/ui/states";
import { JsonView } from "./JsonView";
import { bars, type Bar } from "./run-state";
import { StatusBadge } from "./RunStatus";
import { useNow } from "./useNow";

export function StepTimeline({
  steps,
  busy,
  currency,
}: {
  steps: readonly Step[];
  busy: boolean;
  currency: string | undefined;
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
  return (
    <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line">
      {steps.map((step, at) => (
        <StepRow
          key={step.seq}
          step={step}
          bar={spans[at] ?? { left: 0, width: 0 }}
          now={now}
          currency={currency}
        />
      ))}
    </ol>
  );
}

const BAR: Record<Step["status"], string> = {
  running: "bg-accent",
  completed: "bg-accent/70",
  failed: "bg-danger",
  cancelled: "bg-line-strong",
  waiting: "bg-warning-text/70",
};

function StepRow({
  step,
  bar,
  now,
  currency,
}: {
  step: Step;
  bar: Bar;
  now: number;
  currency: string | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const Icon = step.kind === "model" ? Sparkles : Wrench;
  const open_ms = step.finished_at === null ? now - Date.parse(step.started_at) : null;
  const duration = step.duration_ms ?? (open_ms === null ? null : Math.max(0, open_ms));
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5 px-3.5 py-2.5 text-left transition-colors hover:bg-hover/60 sm:grid-cols-[auto_minmax(0,14rem)_1fr_10rem]"
      >
        <ChevronRight
          aria-hidden="true"
          className={cn("size-3.5 text-faint transition-transform", open && "rotate-90")}
        />
        <span className="flex min-w-0 items-center gap-2">
          <Icon aria-label={t(`runs:step.${step.kind}`)} className="size-4 shrink-0 text-faint" />
          <span className="truncate font-mono text-[13px]">{step.name}</span>
          {step.status !== "completed" && <StatusBadge status={step.status} />}
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
      {open && (
        <div className="space-y-3 border-t border-line bg-canvas px-4 py-3.5">
          {step.error && (
            <Notice reference={step.error.code}>
              <span className="whitespace-pre-wrap">{step.error.message}</span>
            </Notice>
          )}
          <Facts step={step} currency={currency} />
          <Labelled label={t("runs:step.input")}>
            <JsonView value={step.input} />
          </Labelled>
          {step.output !== null && step.output !== undefined && (
            <Labelled label={t("runs:step.output")}>
              <JsonView value={step.output} />
            </Labelled>
          )}
        </div>
      )}
    </li>
  );
}

function Facts({ step, currency }: { step: Step; currency: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [format.dateTime(step.started_at)];
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

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs text-faint">{label}</p>
      {children}
    </div>
  );
}
