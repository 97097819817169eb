import { describe, expect, it } from "vitest";
import type { ValueType } from "@/api/types";
import { upstreamOf } from "./read";
import { assignable, collectable, elementOf, fit, outputsOf, typeAt, typeOfRef, visibleFrom } from "./references";
import { document, kinds, looped, node } from "./testkit";

const names = (fields: readonly { name: string }[]) => fields.map(({ name }) => name);

describe("what a node may refer to", () => {
  it("lies before it, nearest first, through containers", () => {
    expect(upstreamOf(looped(), "last")).toEqual(["inner", "s"]);
    expect(upstreamOf(looped(), "e")).toEqual(["l", "s"]);
    expect(upstreamOf(looped(), "s")).toEqual([]);
  });

  it("shows a loop's element inside and its outputs outside", () => {
    const inside = visibleFrom(looped(), kinds, "last").map(({ node: id, scope, fields }) => [id, scope, names(fields)]);
    expect(inside).toEqual([
      ["l", "element", ["index", "topic", "sum"]],
      ["inner", "outputs", ["output"]],
      ["s", "outputs", ["topics", "n"]],
    ]);
    const outside = visibleFrom(looped(), kinds, "e").map(({ node: id, fields }) => [id, names(fields)]);
    expect(outside).toEqual([
      ["l", ["texts"]],
      ["s", ["topics", "n"]],
    ]);
  });

  it("types elements of lists and keeps variables as they are", () => {
    expect(elementOf(looped(), kinds, "l")).toEqual([
      { name: "index", type: "integer" },
      { name: "topic", type: "string" },
      { name: "sum", type: "integer" },
    ]);
    expect(elementOf(looped(), kinds, "s")).toBeUndefined();
  });

  it("includes the own element of a node that runs for each", () => {
    const made = document(
      {
        s: node("start", { outputs: [{ name: "xs", type: { list: "number" } }] }),
        m: node("model", {
          batch: { lists: [{ name: "x", type: { list: "number" } }], size: 0, concurrency: 0 } as never,
          outputs: [{ name: "answer", type: "string" }],
        }),
        t: node("text"),
      },
      "s>m",
      "m>t",
    );
    expect(visibleFrom(made, kinds, "m")[0]).toMatchObject({ node: "m", scope: "element", fields: [{ name: "index" }, { name: "x", type: "number" }] });
    expect(outputsOf(made, kinds, "m")).toEqual([{ name: "outputList", type: { list: { object: [{ name: "answer", type: "string" }] } } }]);
    expect(typeOfRef(made, kinds, "t", { node: "m", path: ["outputList", "0", "answer"] })).toBe("string");
  });

  it("says what a container can give out", () => {
    expect(collectable(looped(), kinds, "l").map(({ node: id, fields }) => [id, names(fields)])).toEqual([
      ["l", ["sum"]],
      ["inner", ["output"]],
      ["last", ["output"]],
    ]);
  });

  it("ends in circles of edges and parents", () => {
    const made = document({ a: node("text", { parent: "b" }), b: node("loop", { parent: "a" }), c: node("text"), d: node("text") }, "c>d", "d>c");
    expect(upstreamOf(made, "c")).toEqual(["d"]);
    expect(visibleFrom(made, kinds, "a")).toBeDefined();
    expect(visibleFrom(made, kinds, "gone")).toEqual([]);
  });
});

describe("outputs", () => {
  it("are the author's, the kind's and the engine's, each once", () => {
    const made = document({
      h: node("http", { outputs: [{ name: "body", type: "any" }, { name: "more", type: "any" }], policy: { on_error: "branch" } as never }),
      l: node("loop", { params: { collect: [{ name: "all", from: { node: "x" } }, "broken", {}] } }),
    });
    expect(names(outputsOf(made, kinds, "h"))).toEqual(["body", "more", "isSuccess", "errorBody"]);
    expect(names(outputsOf(made, kinds, "l"))).toEqual(["all"]);
    expect(outputsOf(made, kinds, "gone")).toEqual([]);
  });
});

it("walks types as the server does", () => {
  const fields = [
    { name: "o", type: { object: [{ name: "k", type: { list: "string" } as ValueType }] } as ValueType },
    { name: "free", type: { object: [] } as ValueType },
    { name: "f", type: { file: "image" } as ValueType },
  ];
  expect(typeAt(fields, [])).toEqual({ object: fields });
  expect(typeAt(fields, ["o", "k", "3"])).toBe("string");
  expect(typeAt(fields, ["o", "k", "x"])).toBeUndefined();
  expect(typeAt(fields, ["o", "gone"])).toBeUndefined();
  expect(typeAt(fields, ["free", "whatever"])).toBe("any");
  expect(typeAt(fields, ["f", "url"])).toBe("any");
  expect(typeAt([], ["x"])).toBeUndefined();
});

it.each<[ValueType, ValueType, string]>([
  ["any", "boolean", "always"],
  ["boolean", "string", "always"],
  ["integer", "number", "always"],
  ["string", "integer", "perhaps"],
  ["boolean", "integer", "never"],
  [{ list: "boolean" }, { list: "integer" }, "never"],
  [{ list: "string" }, "string", "always"],
  ["string", { list: "string" }, "perhaps"],
  ["integer", { list: "string" }, "never"],
  [{ object: [] }, { file: "any" }, "always"],
  [{ file: "any" }, "integer", "perhaps"],
  ["number", { object: [] }, "never"],
])("%j becomes %j: %s", (from, to, expected) => {
  expect(fit(from, to)).toBe(expected);
  expect(assignable(from, to)).toBe(expected !== "never");
});
