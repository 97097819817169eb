/** A run's page while the run goes on: how its events change what is shown. */
import type { RunDetail, RunEvent, Step } from "@/api/types";

/** The run after the event; an event sent again changes nothing. */
export function applyRunEvent(detail: RunDetail, { event, data }: RunEvent): RunDetail {
  switch (event) {
    case "step.started":
    case "step.completed":
      return { ...detail, steps: withStep(detail.steps, data.step) };
    case "run.created":
    case "run.started":
    case "run.requires_action":
    case "run.completed":
    case "run.failed":
    case "run.cancelled":
      return { ...data.run, steps: detail.steps };
    default:
      return detail;
  }
}

function withStep(steps: readonly Step[], step: Step): Step[] {
  const at = steps.findIndex(({ seq }) => seq === step.seq);
  if (at < 0) return [...steps, step].sort((a, b) => a.seq - b.seq);
  return steps.map((item, index) => (index === at ? step : item));
}

export interface Bar {
  /** Share of the whole, 0 to 1. */
  left: number;
  width: number;
}

/** Where each step lies within the run's time; a step under way reaches to `now`. */
export function bars(steps: readonly Step[], now: number): Bar[] {
  const spans = steps.map((step) => {
    const start = Date.parse(step.started_at);
    return { start, end: step.finished_at === null ? now : Date.parse(step.finished_at) };
  });
  const first = Math.min(...spans.map(({ start }) => start));
  const whole = Math.max(1, Math.max(...spans.map(({ end }) => end)) - first);
  return spans.map(({ start, end }) => ({
    left: (start - first) / whole,
    width: Math.max(0, end - start) / whole,
  }));
}
