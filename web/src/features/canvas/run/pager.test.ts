import { describe, expect, it } from "vitest";
import type { RunEvent, Step } from "@/api/types";
import { clampRound, nextRound, roundsOf, shownStep, stepsInRound, stepsOf } from "./pager";
import { focusOn, segments } from "./places";
import { emptyFold, foldEvents } from "./run-fold";

const step = (seq: number, id: string, path = "", status: Step["status"] = "completed") =>
  ({
    seq,
    kind: "node",
    name: id,
    status,
    attempt: 1,
    error: null,
    finished_at: status === "running" ? null : "2026-01-01T00:00:00Z",
    node: { id, kind: "x", path },
  }) as Step;
const told = (...steps: Step[]) =>
  foldEvents(
    emptyFold(),
    steps.map((one): RunEvent => ({ event: "step.completed", data: { step: one } })),
  );

const nested = told(
  step(1, "outer"),
  step(2, "inner", "outer[0]/"),
  step(3, "x", "outer[0]/inner[0]/"),
  step(4, "x", "outer[0]/inner[1]/", "failed"),
  step(5, "inner", "outer[1]/"),
  step(6, "x", "outer[1]/inner[0]/"),
);

describe("iterations", () => {
  it("are those of the container where it ran last, or of the iteration around it that is looked at", () => {
    expect(roundsOf(nested, "inner", {})).toEqual([{ iteration: 0, status: "completed" }]);
    expect(roundsOf(nested, "inner", { outer: 0 })).toEqual([
      { iteration: 0, status: "completed" },
      { iteration: 1, status: "failed" },
    ]);
    expect(roundsOf(nested, "outer", { outer: 1 }).map(({ status }) => status)).toEqual(["failed", "completed"]);
    expect(roundsOf(nested, "nowhere", {})).toEqual([]);
  });

  it("choose which step a node shows", () => {
    expect(shownStep(nested, "x", {})?.seq).toBe(6);
    expect(shownStep(nested, "x", { outer: 0 })?.seq).toBe(4);
    expect(shownStep(nested, "x", { outer: 0, inner: 0 })?.seq).toBe(3);
    expect(shownStep(nested, "x", { outer: 1, inner: 1 })).toBeUndefined();
    expect(stepsOf(nested, "x", { inner: 0 }).map(({ seq }) => seq)).toEqual([3, 6]);
    expect(stepsInRound(nested, "outer", { outer: 1 }).map(({ seq }) => seq)).toEqual([5]);
  });

  it("of a node that runs for each element are its own", () => {
    const batch = told(step(1, "ask"), step(2, "ask_inner", "ask[0]/"), step(3, "ask_inner", "ask[1]/", "failed"));
    expect(roundsOf(batch, "ask", {}).map(({ status }) => status)).toEqual(["completed", "failed"]);
    expect(shownStep(batch, "ask", {})?.seq).toBe(1);
    expect(shownStep(batch, "ask", { ask: 1 })?.seq).toBe(3);
    expect(focusOn(step(3, "ask_inner", "ask[1]/"))).toEqual({ node: "ask", around: { ask: 1 } });
  });

  it("that began and did nothing yet are there", () => {
    const fresh = told(step(1, "l", "", "running"), step(2, "a", "l[2]/", "running"));
    expect(roundsOf(fresh, "l", {}).map(({ status }) => status)).toEqual(["completed", "completed", "running"]);
  });
});

describe("the way through them", () => {
  const rounds = [0, 1, 2, 3].map((iteration) => ({
    iteration,
    status: iteration % 2 ? ("failed" as const) : ("completed" as const),
  }));
  const failed = ({ status }: { status: string }) => status === "failed";

  it("goes to the next of a kind and begins again at the end", () => {
    expect(nextRound(rounds, undefined, failed)).toBe(1);
    expect(nextRound(rounds, 1, failed)).toBe(3);
    expect(nextRound(rounds, 3, failed)).toBe(1);
    expect(nextRound(rounds, 0, () => false)).toBeUndefined();
  });

  it.each([
    ["1", 0],
    ["4", 3],
    ["99", 3],
    ["-5", 0],
    ["2.9", 1],
    ["", undefined],
    ["abc", undefined],
  ])("%j is iteration %s", (text, iteration) => expect(clampRound(text, 4)).toBe(iteration));
});

it("reads where a step lies", () => {
  expect(segments("loop[3]/call/model#c2/")).toEqual([
    { node: "loop", iteration: 3 },
    { node: "call" },
    { node: "model", call: "c2" },
  ]);
  expect(focusOn(step(1, "x", "loop[3]/call/"))).toEqual({ node: "call", around: { loop: 3 } });
});
