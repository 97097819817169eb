import { describe, expect, it } from "vitest";
import type { ValueType } from "@/api/types";
import { controlOf, literalText, readLiteral } from "./literal";
import { fieldsInside, fieldsOfSchema, typeKey, typeOfKey, typeOfSchema, typeOfValue, withFields } from "./types";

describe("a value written by hand", () => {
  it.each<[ValueType | undefined, unknown]>([
    ["string", "12"],
    ["string", " two\nlines "],
    ["integer", -3],
    ["number", 1.5],
    ["boolean", false],
    ["time", "2026-01-02 03:04:05"],
    [{ list: "integer" }, [1, 2]],
    [{ object: [] }, { a: [1] }],
    [{ file: "image" }, "https://a.example/p.png"],
    ["any", "plain"],
    ["any", "12"],
    [undefined, { a: null }],
  ])("of type %j reads back as %j", (type, value) =>
    expect(readLiteral(type, literalText(type, value))).toEqual({ value }),
  );

  it.each<[ValueType, string, string]>([
    ["integer", "1.5", "integer"],
    ["integer", "x", "integer"],
    ["number", "one", "number"],
    ["time", "yesterday", "time"],
    [{ list: "string" }, "{}", "json"],
    [{ list: "string" }, "[", "json"],
    [{ object: [] }, "[]", "object"],
  ])("%j is not %j: %s", (type, text, fault) => expect(readLiteral(type, text)).toEqual({ fault }));

  it("is not there when nothing is written, but for texts", () => {
    expect(readLiteral("integer", " ")).toEqual({ value: undefined });
    expect(readLiteral("string", "")).toEqual({ value: "" });
    expect(literalText("any", null)).toBe("");
  });

  it("keeps integers that JavaScript would round", () => {
    expect(readLiteral("integer", "7380000000000004099")).toEqual({ value: "7380000000000004099" });
  });

  it("knows files by their address, also as objects", () => {
    expect(literalText({ file: "any" }, { url: "https://a.example/x", name: "x" })).toBe("https://a.example/x");
    expect(controlOf({ file: "any" })).toBe("file");
  });
});

describe("types as words", () => {
  it.each<[ValueType, string]>([
    ["string", "string"],
    [{ list: { file: "image" } }, "list:file:image"],
    [{ list: { list: "any" } }, "list:list:any"],
    [{ object: [] }, "object"],
  ])("%j is %s and back", (type, key) => {
    expect(typeKey(type)).toBe(key);
    expect(typeOfKey(key)).toEqual(type);
  });

  it("keep the fields of objects", () => {
    const fields = [{ name: "a", type: "string" as const }];
    expect(typeOfKey("list:object", { object: fields })).toEqual({ list: { object: fields } });
    expect(typeOfKey("object", { list: { object: fields } })).toEqual({ object: fields });
    expect(fieldsInside({ list: { object: fields } })).toBe(fields);
    expect(withFields({ list: { object: [] } }, fields)).toEqual({ list: { object: fields } });
    expect(fieldsInside("string")).toBeUndefined();
  });
});

describe("types found in", () => {
  it("values", () => {
    expect(typeOfValue({ a: 1, b: [1.5], c: ["x", "y"], d: [], e: null, f: ["x", 1] })).toEqual({
      object: [
        { name: "a", type: "integer" },
        { name: "b", type: { list: "number" } },
        { name: "c", type: { list: "string" } },
        { name: "d", type: { list: "any" } },
        { name: "e", type: "any" },
        { name: "f", type: { list: "any" } },
      ],
    });
  });

  it("schemas of tools", () => {
    const schema = {
      type: "object",
      required: ["q"],
      properties: {
        q: { type: "string", description: "What" },
        n: { type: ["integer", "null"], default: 5 },
        at: { type: "string", format: "date-time" },
        all: { type: "array", items: { type: "object", properties: { x: { type: "number" } } } },
        odd: { type: ["string", "integer"] },
      },
    };
    expect(fieldsOfSchema(schema)).toEqual([
      { name: "q", type: "string", required: true, description: "What" },
      { name: "n", type: "integer", default: 5 },
      { name: "at", type: "time" },
      { name: "all", type: { list: { object: [{ name: "x", type: "number" }] } } },
      { name: "odd", type: "any" },
    ]);
    expect(typeOfSchema(null)).toBe("any");
  });
});
