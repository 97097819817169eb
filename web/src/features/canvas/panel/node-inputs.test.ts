import { describe, expect, it } from "vitest";
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { places, reorderBranches } from "./branches";
import { dropInput, freshName, inputFor, pruned, setOperand, usedInputs } from "./node-inputs";
import { moved, without } from "./pointer";

const NO_LIMITS = {} as WorkflowDocument["limits"];
const node = (kind: string, params: Record<string, unknown>, inputs: WorkflowNode["inputs"] = []): WorkflowNode => ({
  kind, version: 1, title: "", description: "", params, inputs,
});

describe("a new input", () => {
  it("has a name that is free and a word", () => {
    expect(freshName([], "a b-c")).toBe("a_b_c");
    expect(freshName(["a", "a_2"], "a")).toBe("a_3");
    expect(freshName([], "7up")).toBe("_7up");
    expect(freshName([], "名")).toBe("input");
  });

  it("is called as what it refers to, and made once", () => {
    const binding = { ref: { node: "n1", path: ["items", "0", "city"] } };
    const first = inputFor([], binding, "string");
    expect(first).toEqual({ name: "city", inputs: [{ name: "city", type: "string", value: binding }] });
    expect(inputFor(first.inputs, binding, "string")).toEqual(first);
    expect(inputFor(first.inputs, { ref: { node: "n2", path: ["city"] } }, undefined).name).toBe("city_2");
    expect(inputFor([{ name: "x", value: { ref: { node: "n" } } }], { ref: { node: "n", path: [] } }, undefined).name).toBe("x");
  });

  it("of a value is always its own", () => {
    const first = inputFor([], { literal: 1 }, "integer", "right");
    expect(inputFor(first.inputs, { literal: 1 }, "integer", "right").name).toBe("right_2");
  });
});

describe("inputs in use", () => {
  it("are those that something names", () => {
    const condition = node(
      "condition",
      { branches: [{ conditions: [{ left: "a", operator: "equal", right: "b" }] }, { expr: "c > 1" }] },
      [{ name: "a" }, { name: "b" }, { name: "d" }],
    );
    expect([...usedInputs(condition)].sort()).toEqual(["a", "b", "c"]);
    expect(dropInput(condition, "a")).toBe(condition);
    expect(dropInput(condition, "d").inputs).toEqual([{ name: "a" }, { name: "b" }]);
  });
});

describe("a value that a place in the params names", () => {
  const place = ["branches", 0, "conditions", 0, "right"];
  const condition = node(
    "condition",
    { branches: [{ conditions: [{ left: "a", operator: "equal", right: "b" }] }] },
    [{ name: "a", value: { literal: 1 } }, { name: "b", value: { literal: 2 } }],
  );
  const right = (of: WorkflowNode) => (of.params as { branches: { conditions: { right: string }[] }[] }).branches[0]?.conditions[0]?.right;

  it("is an input that is made and goes with it", () => {
    const next = setOperand(condition, place, { ref: { node: "n", path: ["city"] } }, "string", "value");
    expect(right(next)).toBe("city");
    expect(next.inputs?.map(({ name }) => name)).toEqual(["a", "city"]);
    const none = setOperand(next, place, undefined, undefined, "value");
    expect(right(none)).toBe("");
    expect(none.inputs?.map(({ name }) => name)).toEqual(["a"]);
  });

  it("keeps its name while it is written", () => {
    let next = condition;
    for (const literal of ["t", "te", "tea"]) next = setOperand(next, place, { literal }, "string", "value");
    expect(right(next)).toBe("value");
    expect(next.inputs).toHaveLength(2);
  });

  it("stays where something else uses it", () => {
    const both = node("condition", { branches: [{ conditions: [{ left: "a", right: "a" }] }] }, [{ name: "a" }]);
    expect(setOperand(both, place, { literal: 1 }, "integer", "value").inputs?.map(({ name }) => name)).toEqual(["a", "value"]);
  });

  it("goes with a branch that is taken away, others stay", () => {
    const after = { ...condition, params: { branches: [] }, inputs: [...(condition.inputs ?? []), { name: "mine" }] };
    expect(pruned(condition, after).inputs).toEqual([{ name: "mine" }]);
  });
});

describe("branches", () => {
  const document: WorkflowDocument = {
    format: 1,
    mode: "workflow",
    limits: NO_LIMITS,
    nodes: { if: node("condition", { branches: ["x", "y", "z"] }), a: node("end", {}) },
    edges: [
      { from: "if", port: "branch_0", to: "a" },
      { from: "if", port: "branch_1", to: "b" },
      { from: "if", port: "branch_2", to: "c" },
      { from: "if", port: "else", to: "d" },
    ],
  };
  const reorder = (order: (number | undefined)[]) =>
    reorderBranches(document, "if", order, ({ branches }) => ({
      branches: order.map((at) => (at === undefined ? "new" : (branches as string[])[at])),
    }));
  const ways = (of: WorkflowDocument) => Object.fromEntries((of.edges ?? []).map(({ port, to }) => [port, to]));

  it("keep what they lead to when one goes", () => {
    const next = reorder(without(places(3), 1));
    expect(next.nodes?.if?.params).toEqual({ branches: ["x", "z"] });
    expect(ways(next)).toEqual({ branch_0: "a", branch_1: "c", else: "d" });
  });

  it("keep what they lead to when they move, and new ones lead nowhere", () => {
    const next = reorder([undefined, ...moved(places(3), 2, 0)]);
    expect(next.nodes?.if?.params).toEqual({ branches: ["new", "z", "x", "y"] });
    expect(ways(next)).toEqual({ branch_1: "c", branch_2: "a", branch_3: "b", else: "d" });
  });
});
