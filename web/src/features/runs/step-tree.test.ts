import { describe, expect, it } from "vitest";
import type { Step } from "@/api/types";
import { countSteps, isEventful, stepTree, type TreeItem } from "./step-tree";

const step = (seq: number, id: string, path = "", parent?: number, status: Step["status"] = "completed") =>
  ({ seq, status, node: { id, kind: "x", path, ...(parent === undefined ? {} : { parent }) } }) as Step;

const shape = (items: TreeItem[]): unknown =>
  items.map((item) => {
    const name = item.kind === "step" ? (item.step.node?.id ?? item.step.name) : (item.call ?? item.iteration);
    return item.children.length === 0 ? name : [name, shape(item.children)];
  });

describe("the tree of steps", () => {
  it("puts iterations, sub-workflows and inner steps where they belong", () => {
    const tree = stepTree([
      step(1, "start"),
      step(2, "loop"),
      step(3, "a", "loop[0]/"),
      step(4, "call", "loop[0]/"),
      step(5, "start", "loop[0]/call/"),
      step(6, "a", "loop[1]/"),
      step(7, "model"),
      step(8, "gpt", "", 7),
      step(9, "start", "model#c1/"),
      step(10, "end"),
    ]);
    expect(shape(tree)).toEqual([
      "start",
      ["loop", [[0, ["a", ["call", ["start"]]]], [1, ["a"]]]],
      ["model", ["gpt", ["c1", ["start"]]]],
      "end",
    ]);
    expect(countSteps(tree)).toBe(10);
  });

  it("keeps apart the runs of a container inside a loop", () => {
    const tree = stepTree([
      step(1, "outer"),
      step(2, "inner", "outer[0]/"),
      step(3, "x", "outer[0]/inner[0]/"),
      step(4, "inner", "outer[1]/"),
      step(5, "x", "outer[1]/inner[0]/"),
    ]);
    expect(shape(tree)).toEqual([["outer", [[0, [["inner", [[0, ["x"]]]]]], [1, [["inner", [[0, ["x"]]]]]]]]]);
  });

  it("leaves steps of agents and steps without surroundings at the top", () => {
    const agent = { seq: 1, name: "gpt", status: "completed", node: null } as Step;
    expect(shape(stepTree([agent, step(2, "lost", "gone[1]/")]))).toEqual(["gpt", "lost"]);
  });

  it("knows what is worth showing", () => {
    const tree = (status: Step["status"]) => stepTree([step(1, "l"), step(2, "x", "l[0]/", undefined, status)]);
    expect(isEventful(tree("completed"))).toBe(false);
    expect(isEventful(tree("failed"))).toBe(true);
    expect(isEventful(tree("waiting"))).toBe(true);
  });
});
