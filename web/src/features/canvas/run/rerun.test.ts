import { describe, expect, it } from "vitest";
import type { Step, WorkflowDocument } from "@/api/types";
import { readRemembered } from "./remembered";
import { downstreamOf, givenBefore, outermost, startedWith, trialOf } from "./rerun";

const document = {
  nodes: {
    start: { kind: "start" },
    a: { kind: "text" },
    choose: { kind: "condition" },
    loop: { kind: "loop" },
    in: { kind: "text", parent: "loop" },
    b: { kind: "text" },
    end: { kind: "end" },
    lost: { kind: "text" },
  },
  edges: [
    { from: "start", to: "a" },
    { from: "a", to: "choose" },
    { from: "choose", port: "branch_0", to: "loop" },
    { from: "loop", port: "body", to: "in" },
    { from: "in", to: "loop" },
    { from: "loop", to: "b" },
    { from: "b", to: "end" },
  ],
} as unknown as WorkflowDocument;
const step = (id: string, fields: Partial<Step> = {}) =>
  ({
    seq: 1,
    kind: "node",
    status: "completed",
    input: {},
    output: { of: id },
    port: null,
    node: { id, kind: document.nodes?.[id]?.kind ?? "", path: "" },
    ...fields,
  }) as Step;
const steps = [
  step("start", { input: { q: 1 } }),
  step("a"),
  step("choose", { port: "branch_0" }),
  step("loop"),
  step("in", { node: { id: "in", kind: "text", path: "loop[0]/" } }),
  step("b", { status: "failed", output: null }),
  step("gone"),
];

describe("taking a run again from a node", () => {
  it("gives what does not follow from it", () => {
    expect(givenBefore(document, steps, "b")).toEqual({
      a: { outputs: { of: "a" } },
      choose: { outputs: { of: "choose" }, port: "branch_0" },
      loop: { outputs: { of: "loop" } },
    });
    expect(startedWith(steps)).toEqual({ q: 1 });
  });

  it("lets nodes run again that do more than give outputs, or whose way out is gone", () => {
    const kinds = { ...document, nodes: { ...document.nodes, a: { kind: "output" } } } as unknown as WorkflowDocument;
    expect(Object.keys(givenBefore(kinds, steps, "b"))).toEqual(["choose", "loop"]);
    const other = steps.map((one) => (one.node?.id === "choose" ? { ...one, port: "else" } : one));
    expect(Object.keys(givenBefore(document, other, "b"))).toEqual(["a", "loop"]);
  });

  it("begins with the container when the node lies in one", () => {
    expect(outermost(document, "in")).toBe("loop");
    expect(Object.keys(givenBefore(document, steps, "in"))).toEqual(["a", "choose"]);
  });

  it("goes round circles once", () => {
    expect([...downstreamOf(document, "loop")].sort()).toEqual(["b", "end", "in", "loop"]);
  });

  it("asks for nothing of nodes that a run does not come to", () => {
    const pins = { a: { outputs: {} }, lost: { outputs: {} }, gone: { outputs: {} } };
    expect(trialOf(document, { pins, breakpoints: ["in", "lost", "gone"], step: true })).toEqual({
      pins: { a: { outputs: {} } },
      breakpoints: ["in"],
      step: true,
    });
  });
});

describe("what a browser kept", () => {
  it("is read as if anybody had written it", () => {
    expect(readRemembered(null)).toEqual({});
    expect(readRemembered("{broken")).toEqual({});
    expect(readRemembered("[1]")).toEqual({});
    const text = JSON.stringify({
      inputs: 3,
      nodes: { a: { x: 1 }, b: "no" },
      pins: { a: { outputs: { y: 2 }, port: "else" }, b: { outputs: [] }, c: null },
      breakpoints: ["a", 7, null],
    });
    expect(readRemembered(text)).toEqual({
      nodes: { a: { x: 1 } },
      pins: { a: { outputs: { y: 2 }, port: "else" } },
      breakpoints: ["a"],
    });
  });
});
