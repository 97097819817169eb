import { describe, expect, it } from "vitest";
import type { ValueType } from "@/api/types";
import type { RefSource } from "@/graph/references";
import { firstRow, pickRows, preview } from "./rows";

const SOURCE: RefSource = {
  node: "a",
  title: "Fetch",
  kind: "http_request",
  scope: "outputs",
  fields: [
    { name: "body", type: "string" },
    { name: "user", type: { object: [{ name: "name", type: "string" }, { name: "age", type: "integer" }] } },
    { name: "items", type: { list: { object: [{ name: "id", type: "integer" }] } } },
    { name: "tags", type: { list: "string" } },
  ],
};
const paths = (options: Parameters<typeof pickRows>[1]) => pickRows(SOURCE, options).map(({ path }) => path.join("."));

describe("what can be picked", () => {
  it("has what lies inside of objects and lists of objects", () => {
    expect(paths({})).toEqual(["body", "user", "user.name", "user.age", "items", "items.0", "items.0.id", "tags"]);
  });

  it("is found by a part of its path or by the node", () => {
    expect(paths({ text: "AGE" })).toEqual(["user", "user.age"]);
    expect(paths({ text: "user" })).toEqual(["user", "user.name", "user.age"]);
    expect(paths({ text: "fetch" })).toHaveLength(8);
    expect(paths({ text: "nothing" })).toEqual([]);
  });

  it("says what becomes the wanted type", () => {
    const rows = pickRows(SOURCE, { wanted: "integer" });
    expect(Object.fromEntries(rows.map(({ path, fit }) => [path.join("."), fit]))).toMatchObject({
      body: "perhaps",
      user: "never",
      "user.age": "always",
      tags: "never",
    });
  });

  it("leads a search to what is named so and fits", () => {
    const first = (text: string, wanted?: ValueType) => firstRow([SOURCE], text, wanted)?.path.join(".");
    expect([first(""), first("age"), first("user.a"), first("user"), first("fetch")]).toEqual(["body", "user.age", "user.age", "user", "body"]);
    expect([first("user", "integer"), first("items", "integer"), first("nothing")]).toEqual(["user.name", "items.0.id", undefined]);
  });

  it("shows the last values at their places", () => {
    const rows = pickRows(SOURCE, { last: { user: { name: "Ada" }, items: [{ id: 7 }, { id: 8 }], body: null } });
    expect(rows.map(({ last }) => last)).toEqual([null, { name: "Ada" }, "Ada", undefined, [{ id: 7 }, { id: 8 }], { id: 7 }, 7, undefined]);
  });

  it("ends in types inside of types", () => {
    let type: RefSource["fields"][number]["type"] = "string";
    for (let depth = 0; depth < 50; depth++) type = { object: [{ name: "in", type }] };
    expect(pickRows({ ...SOURCE, fields: [{ name: "x", type }] }, {})).toHaveLength(4);
  });
});

describe("a value in a few words", () => {
  it("is short and has one line", () => {
    expect(preview("a\n  b")).toBe("a b");
    expect(preview({ a: 1 })).toBe('{"a":1}');
    expect(preview(null)).toBe("null");
    expect(preview(undefined)).toBeUndefined();
    expect(preview("x".repeat(500))).toHaveLength(60);
  });
});
