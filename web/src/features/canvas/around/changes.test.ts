import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/api/types";
import { changesOf, countsOf, differences, isUnchanged, SECRET, stateOf } from "./changes";

const doc = (nodes: Record<string, object>, edges: object[] = [], more: object = {}) =>
  ({ nodes, edges, ...more }) as unknown as WorkflowDocument;

const before = doc(
  {
    start: { kind: "start", outputs: [{ name: "a", type: "string" }] },
    ask: { kind: "model", title: "Ask", params: { prompt: "Hello", temperature: 0.5 }, inputs: [{ name: "q", value: { literal: 1 } }] },
    old: { kind: "text", title: "Old", params: { concat: "x" }, view: { x: 10, y: 20 } },
    end: { kind: "end", view: { x: 0, y: 0 } },
  },
  [
    { from: "start", to: "ask" },
    { from: "ask", to: "old" },
    { from: "old", to: "end" },
  ],
);
const after = doc(
  {
    start: { kind: "start", outputs: [{ name: "a", type: "string" }] },
    ask: { kind: "model", title: "Ask", params: { prompt: "Hi", temperature: 0.5 }, inputs: [{ name: "q", value: { literal: 2 } }] },
    fresh: { kind: "code", title: "New", params: { code: "1" } },
    end: { kind: "end", view: { x: 8, y: 0 } },
  },
  [
    { from: "start", port: "out", to: "ask" },
    { from: "ask", to: "fresh" },
    { from: "fresh", to: "end" },
  ],
);

describe("changesOf", () => {
  const changes = changesOf(before, after);

  it("tells each node's state", () => {
    expect(Object.fromEntries(stateOf(changes))).toEqual({ fresh: "added", old: "removed", ask: "changed", end: "moved" });
    expect(countsOf(changes)).toEqual([
      { state: "added", count: 1 },
      { state: "removed", count: 1 },
      { state: "changed", count: 1 },
      { state: "moved", count: 1 },
      { state: "edges", count: 4 },
    ]);
  });

  it("the picture holds what is gone, at its place", () => {
    expect(Object.keys(changes.document.nodes ?? {}).sort()).toEqual(["ask", "end", "fresh", "old", "start"]);
    expect(changes.document.nodes?.old?.view).toEqual({ x: 10, y: 20 });
    expect(changes.document.nodes?.ask?.params?.prompt).toBe("Hi");
    expect(changes.edges.get("ask out old")).toBe("removed");
    expect(changes.edges.get("fresh out end")).toBe("added");
    expect(changes.edges.has("start out ask")).toBe(false);
    expect(changes.document.edges).toHaveLength(5);
  });

  it("tells the smallest values that differ", () => {
    expect(changes.nodes.find(({ id }) => id === "ask")?.fields).toEqual([
      { path: "params.prompt", before: "Hello", after: "Hi" },
      { path: "inputs.q.value.literal", before: 1, after: 2 },
    ]);
    expect(changes.nodes.find(({ id }) => id === "fresh")?.fields).toEqual([
      { path: "params.code", before: undefined, after: "1" },
    ]);
    expect(changes.nodes.find(({ id }) => id === "old")?.fields).toEqual([
      { path: "params.concat", before: "x", after: undefined },
    ]);
  });

  it("a document is unchanged from itself", () => {
    expect(isUnchanged(changesOf(after, after))).toBe(true);
    expect(isUnchanged(changesOf(after, structuredClone(after)))).toBe(true);
    expect(isUnchanged(changesOf(doc({}), doc({})))).toBe(true);
  });

  it("secrets are told as changed, without what they are", () => {
    const http = (auth: unknown) => doc({ h: { kind: "http", params: { auth } } });
    const fields = (from: unknown, to: unknown) => changesOf(http(from), http(to)).nodes[0]?.fields;
    const [a, b] = [{ token: "sealed:v1.a" }, { token: "sealed:v1.b" }];
    const path = "params.auth.token";
    expect(fields(a, b)).toEqual([{ path, before: SECRET, after: SECRET }]);
    expect(fields({ token: "typed" }, b)).toEqual([{ path, before: SECRET, after: SECRET }]);
    expect(fields({ token: "" }, b)).toEqual([{ path, before: "", after: SECRET }]);
    expect(fields({}, b)).toEqual([{ path, before: undefined, after: SECRET }]);
    expect(fields(null, b)).toEqual([{ path: "params.auth", before: null, after: { token: SECRET } }]);
    expect(JSON.stringify(changesOf(doc({}), http(b)).nodes)).not.toContain("sealed:");
  });

  it("limits and mode are told for the whole", () => {
    const limited = doc({}, [], { limits: { max_steps: 7 }, mode: "chatflow" });
    expect(changesOf(doc({}), limited).whole).toEqual([
      { path: "mode", before: undefined, after: "chatflow" },
      { path: "limits.max_steps", before: undefined, after: 7 },
    ]);
  });
});

describe("differences", () => {
  it("items that have names are matched by them, others stand as a whole", () => {
    expect(differences("p", [{ name: "a", v: 1 }, { name: "b", v: 2 }], [{ name: "b", v: 3 }])).toEqual([
      { path: "p.a.v", before: 1, after: undefined },
      { path: "p.b.v", before: 2, after: 3 },
    ]);
    expect(differences("p", [1, 2], [1])).toEqual([{ path: "p", before: [1, 2], after: [1] }]);
    expect(differences("p", [{ name: "a" }, { name: "a" }], [])).toHaveLength(1);
  });

  it("a change of form is one change", () => {
    expect(differences("p", { a: 1 }, "a")).toEqual([{ path: "p", before: { a: 1 }, after: "a" }]);
    expect(differences("p", null, { a: 1 })).toEqual([{ path: "p", before: null, after: { a: 1 } }]);
  });

  it("names of the language are only names", () => {
    expect(differences("p", {}, JSON.parse('{"__proto__": 1}'))).toHaveLength(1);
    expect(differences("p", {}, { constructor: 1 })).toEqual([{ path: "p.constructor", before: undefined, after: 1 }]);
  });
});
