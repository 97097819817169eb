import { describe, expect, it } from "vitest";
import type { Run, RunDetail, RunEvent, Step } from "@/api/types";
import { applyRunEvent, bars } from "./run-state";

const step = (seq: number, fields: Partial<Step> = {}): Step => ({
  seq,
  kind: "model",
  name: "m",
  status: "running",
  started_at: "2026-01-01T00:00:00.000Z",
  finished_at: null,
  duration_ms: null,
  input: null,
  output: null,
  error: null,
  usage: null,
  cost: null,
  attempt: 1,
  node: null,
  port: null,
  warnings: [],
  raw: null,
  pinned: false,
  run_id: null,
  ...fields,
});
const run = { id: "r", status: "running", resumed: 0 } as Run;
const detail: RunDetail = { ...run, steps: [step(1)] };

describe("a run's page while the run goes on", () => {
  it("replaces a step by its later state and keeps their order", () => {
    const events: RunEvent[] = [
      { event: "step.started", data: { step: step(3) } },
      { event: "step.started", data: { step: step(2) } },
      { event: "step.completed", data: { step: step(1, { status: "completed" }) } },
    ];
    const after = events.reduce(applyRunEvent, detail);
    expect(after.steps.map(({ seq, status }) => [seq, status])).toEqual([
      [1, "completed"],
      [2, "running"],
      [3, "running"],
    ]);
    // Told again after a lost connection.
    expect(events.reduce(applyRunEvent, after)).toEqual(after);
  });

  it("takes the run's state and keeps the steps", () => {
    const done = { ...run, status: "completed", resumed: 1 } as Run;
    const after = applyRunEvent(detail, { event: "run.completed", data: { run: done } });
    expect(after).toMatchObject({ status: "completed", resumed: 1, steps: [{ seq: 1 }] });
  });
});

describe("the bars of the steps", () => {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
  it("lie within the whole; an open one reaches to now", () => {
    const steps = [
      step(1, { started_at: at(0), finished_at: at(250) }),
      step(2, { started_at: at(250) }),
    ];
    expect(bars(steps, Date.UTC(2026, 0, 1) + 1_000)).toEqual([
      { left: 0, width: 0.25 },
      { left: 0.25, width: 0.75 },
    ]);
  });

  it("survive a run that took no time", () => {
    expect(bars([step(1, { finished_at: step(1).started_at })], 0)).toEqual([{ left: 0, width: 0 }]);
  });
});
