import { describe, expect, it } from "vitest";
import type { WorkflowNode } from "@/api/types";
import { AGGREGATED, aggregateOutputs, mergeOutputs, questionOutputs, swapped, textOutputs } from "./given";

const node = (part: Partial<WorkflowNode>): WorkflowNode => ({ kind: "x", version: 1, title: "", description: "", ...part });

describe("outputs that follow from params", () => {
  it("of a question change with the way of answering; the author's stay", () => {
    const mine = { name: "city", type: "string" as const };
    const options = swapped([mine, ...questionOutputs("text")], questionOutputs("text"), questionOutputs("options"));
    expect(options.map(({ name }) => name)).toEqual(["city", "optionId", "optionContent"]);
    expect(swapped(options, questionOutputs("options"), questionOutputs("text")).map(({ name }) => name)).toEqual(["city", "USER_RESPONSE"]);
  });

  it("of an aggregation are its functions, or its groups", () => {
    expect(aggregateOutputs({ functions: ["sum", "count", "odd"] }, "number")).toEqual([
      { name: "count", type: "integer" },
      { name: "sum", type: "number" },
    ]);
    expect(aggregateOutputs({ functions: ["max"], group_by: ["city"] }, "integer")).toEqual([
      { name: "groups", type: { list: { object: [{ name: "key", type: "any" }, { name: "max", type: "integer" }] } } },
    ]);
    expect(aggregateOutputs({ functions: "x" })).toEqual([]);
    expect(swapped([{ name: "sum" }, { name: "mine" }], AGGREGATED, [{ name: "avg" }]).map(({ name }) => name)).toEqual(["mine", "avg"]);
  });

  it("of texts are a list when they are cut", () => {
    expect(textOutputs(node({ params: { method: "split" }, outputs: [{ name: "output", type: "string" }] })).outputs).toEqual([
      { name: "output", type: { list: "string" } },
    ]);
  });

  it("of a merge are its groups", () => {
    const merge = node({
      params: { groups: [{ name: "a", inputs: ["x"] }, { name: "b", inputs: [] }, { name: "c", inputs: ["x"] }] },
      inputs: [{ name: "x", type: "integer" }],
      outputs: [{ name: "c", type: "string" }, { name: "old", type: "string" }],
    });
    expect(mergeOutputs(merge).outputs).toEqual([
      { name: "a", type: "integer" },
      { name: "b", type: "any" },
      { name: "c", type: "string" },
    ]);
  });
});
