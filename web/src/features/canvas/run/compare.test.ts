import { describe, expect, it } from "vitest";
import type { RunDetail, Step } from "@/api/types";
import { compareRuns, differences, MOST } from "./compare";

const step = (seq: number, id: string, fields: Partial<Step> = {}) =>
  ({
    seq,
    kind: "node",
    name: id.toUpperCase(),
    status: "completed",
    duration_ms: 10,
    input: {},
    output: {},
    node: { id, kind: "text", path: "" },
    ...fields,
  }) as Step;
const run = (...steps: Step[]) => ({ steps }) as RunDetail;

describe("two runs", () => {
  it("differ by what nodes were given, gave, and how they went", () => {
    const left = run(
      step(1, "a", { input: { x: 1 } }),
      step(2, "b", { status: "failed", output: null, error: { code: "c", message: "m" } }),
    );
    const right = run(
      step(1, "a", { input: { x: 2 } }),
      step(2, "b", { output: { y: [1, { z: "n" }] } }),
      step(3, "c", { duration_ms: 7 }),
    );
    const [a, b, c] = compareRuns(left, right);
    expect(a).toMatchObject({ name: "A", same: false, inputs: [{ path: "x", left: 1, right: 2 }], outputs: [] });
    expect(b).toMatchObject({ same: false, left: { status: "failed" }, right: { status: "completed" } });
    expect(b?.outputs).toEqual([{ path: "", left: null, right: { y: [1, { z: "n" }] } }]);
    expect(c).toMatchObject({ left: undefined, right: { duration_ms: 7, times: 1 }, same: false });
  });

  it("are the same when only time differs", () => {
    const [a] = compareRuns(run(step(1, "a", { duration_ms: 1 })), run(step(9, "a", { duration_ms: 99 })));
    expect(a?.same).toBe(true);
  });

  it("are compared iteration by iteration, the last attempt of each", () => {
    const at = (seq: number, iteration: number, output: unknown) =>
      step(seq, "a", { output, node: { id: "a", kind: "text", path: `l[${iteration}]/` } });
    const [a] = compareRuns(run(at(1, 0, { v: 0 }), at(2, 1, { v: 1 }), at(3, 1, { v: 2 })), run(at(1, 0, { v: 0 }), at(2, 1, { v: 3 })));
    expect(a?.outputs).toEqual([{ path: "l[1]/a v", left: 2, right: 3 }]);
    expect(a?.left).toMatchObject({ times: 2, duration_ms: 20 });
  });

  it("leave out what called workflows and models did inside", () => {
    const inner = step(2, "x", { node: { id: "x", kind: "text", path: "call/" } });
    const model = step(3, "m", { kind: "model", node: { id: "m", kind: "model", path: "", parent: 1 } });
    expect(compareRuns(run(step(1, "call"), inner, model), run()).map(({ id }) => id)).toEqual(["call"]);
  });
});

describe("differences of values", () => {
  it("are found where they are, in order", () => {
    expect(differences({ a: [1, 2], b: { c: 1 } }, { a: [1, 3, 4], b: { c: 1, d: null } }).map(({ path }) => path)).toEqual([
      "a[1]",
      "a[2]",
      "b.d",
    ]);
  });

  it("are bounded, and found however deep values are nested", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at]));
    expect(differences(many, {})).toHaveLength(MOST);
    let [deep, other]: [unknown, unknown] = [1, 2];
    for (let level = 0; level < 20_000; level++) [deep, other] = [{ in: deep }, { in: other }];
    expect(differences(deep, other)).toHaveLength(1);
  });

  it("know that names of an object's prototype are not there", () => {
    expect(differences({ a: 1 }, { toString: 1 })).toEqual([
      { path: "a", left: 1, right: undefined },
      { path: "toString", left: undefined, right: 1 },
    ]);
  });
});
