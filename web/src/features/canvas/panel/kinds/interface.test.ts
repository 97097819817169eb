import { describe, expect, it } from "vitest";
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { differs, interfaceOf, taken } from "./interface";

const NO_LIMITS = {} as WorkflowDocument["limits"];
const node = (part: Partial<WorkflowNode>): WorkflowNode => ({ kind: "workflow", version: 1, title: "", description: "", ...part });
const callee = (mode: string): WorkflowDocument => ({
  format: 1,
  mode: "workflow",
  limits: NO_LIMITS,
  nodes: {
    s: node({ kind: "start", outputs: [{ name: "q", type: "string", required: true }, { name: "n", type: "integer", default: 3 }] }),
    inner: node({ kind: "end", parent: "s" }),
    e: node({ kind: "end", params: { mode }, inputs: [{ name: "answer", type: "string" }, { name: "raw" }] }),
  },
});

describe("what is called", () => {
  it("takes what its start declares and gives what its end takes", () => {
    expect(interfaceOf(callee("variables"))).toMatchObject({
      answer: false,
      outputs: [{ name: "answer", type: "string" }, { name: "raw", type: "any" }],
    });
    expect(interfaceOf(callee("answer"))).toMatchObject({ answer: true, outputs: [{ name: "output", type: "string" }] });
    expect(interfaceOf({ format: 1, mode: "workflow", limits: NO_LIMITS })).toEqual({ answer: false, inputs: [], outputs: [] });
  });

  it("is taken over without losing values, defaults become values", () => {
    const { inputs, outputs } = interfaceOf(callee("variables"));
    const before = node({ inputs: [{ name: "q", type: "any", value: { ref: { node: "a", path: ["b"] } } }, { name: "old" }] });
    const after = taken(before, inputs, outputs);
    expect(after.inputs).toEqual([
      { name: "q", type: "string", value: { ref: { node: "a", path: ["b"] } } },
      { name: "n", type: "integer", value: { literal: 3 } },
    ]);
    expect(differs(before, inputs, outputs)).toBe(true);
    expect(differs(after, inputs, outputs)).toBe(false);
    expect(differs({ ...after, outputs: [...(after.outputs ?? []), { name: "isSuccess" }] }, inputs, outputs)).toBe(false);
  });
});
