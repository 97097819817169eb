import { describe, expect, it } from "vitest";
import { asVariant, blankOf, faultsOf, resolved, shapeOf, titleOf, variantOf, type Schema } from "./schema";

const shape = (schema: Schema, root = schema) => shapeOf(schema, root, "en");
const faults = (schema: Schema, value: unknown) =>
  faultsOf(schema, value, schema, "en").map(({ path, key }) => `${path} ${key}`);

const AUTH: Schema = {
  title: "Authentication",
  "x-title-zh": "鉴权",
  oneOf: [
    { type: "null" },
    {
      oneOf: [
        {
          type: "object",
          additionalProperties: false,
          required: ["type", "token"],
          properties: {
            type: { type: "string", enum: ["bearer"], "x-titles": { bearer: { en: "Bearer token", "zh-CN": "令牌" } } },
            token: { type: "string" },
          },
        },
        {
          type: "object",
          additionalProperties: false,
          required: ["type", "name", "value"],
          properties: { type: { type: "string", enum: ["header"] }, name: { type: "string" }, value: { type: "string" } },
        },
      ],
    },
  ],
};
const BRANCH: Schema = {
  oneOf: [
    { type: "object", required: ["expr"], additionalProperties: false, properties: { expr: { type: "string" } } },
    {
      type: "object",
      required: ["conditions"],
      additionalProperties: false,
      properties: { logic: { type: "string", enum: ["and", "or"], default: "and" }, conditions: { type: "array", items: { type: "string" } } },
    },
  ],
};

describe("the shape of a schema", () => {
  it.each<[Schema, unknown]>([
    [{ type: "string" }, { kind: "text", nullable: false }],
    [{ type: "string", format: "password", writeOnly: true }, { kind: "text", nullable: false, secret: true }],
    [{ oneOf: [{ type: "null" }, { type: "string", format: "password", writeOnly: true }] }, { kind: "text", nullable: true, secret: true }],
    [{ type: ["string", "null"] }, { kind: "text", nullable: true }],
    [{ type: "boolean" }, { kind: "flag", nullable: false }],
    [{ type: ["integer", "null"], minimum: 1, maximum: 9 }, { kind: "number", integer: true, nullable: true, min: 1, max: 9 }],
    [{ type: "number" }, { kind: "number", integer: false, nullable: false }],
    [{ type: "array", items: { type: "string" } }, { kind: "list", nullable: false, item: { type: "string" } }],
    [{ type: "object" }, { kind: "json", nullable: false }],
    [{}, { kind: "json", nullable: false }],
    [{ type: "object", properties: {}, additionalProperties: false }, { kind: "object", nullable: false, properties: [] }],
    [{ type: ["string", "integer"] }, { kind: "json", nullable: false }],
    [{ anyOf: [{ const: 1 }, { const: 2 }] }, { kind: "choice", nullable: false, choices: [{ value: 1, label: "1" }, { value: 2, label: "2" }] }],
  ])("%j", (schema, expected) => expect(shape(schema)).toMatchObject(expected as object));

  it("names choices in the reader's language", () => {
    const schema: Schema = { type: "string", enum: ["a", "b"], "x-titles": { a: { en: "One", "zh-CN": "一" } } };
    expect(shapeOf(schema, schema, "zh-CN")).toMatchObject({ choices: [{ value: "a", label: "一" }, { value: "b", label: "b" }] });
  });

  it("looks through what may be absent, and keeps its title", () => {
    expect(shape(AUTH)).toMatchObject({
      kind: "variants", nullable: true, tag: "type", variants: [{ label: "Bearer token", tag: "bearer" }, { label: "header", tag: "header" }],
    });
    expect(titleOf(AUTH, "zh-CN")).toBe("鉴权");
    const absent: Schema = { oneOf: [{ type: "null" }, { type: "string", description: "x" }] };
    expect(shape(absent)).toEqual({ kind: "text", nullable: true });
  });

  it("follows references, also in circles, and joins allOf", () => {
    const root: Schema = {
      $defs: { Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } } }, Loop: { $ref: "#/$defs/Loop" } },
    };
    expect(shape({ $ref: "#/$defs/Node" }, root)).toMatchObject({ kind: "object", properties: [{ name: "next" }] });
    expect(shape({ $ref: "#/$defs/Loop" }, root)).toEqual({ kind: "json", nullable: false });
    expect(shape({ $ref: "#/nowhere" }, root)).toEqual({ kind: "json", nullable: false });
    const all: Schema = {
      allOf: [
        { type: "object", required: ["a"], properties: { a: { type: "string" } } },
        { type: "object", properties: { b: { type: "integer" } } },
      ],
    };
    expect(resolved(all, all)).toMatchObject({ type: "object", required: ["a"], properties: { a: {}, b: {} } });
  });
});

describe("variants", () => {
  it("are known by their tag, or by what fits best", () => {
    expect(variantOf({ type: "header" }, shape(AUTH), AUTH, "en")).toBe(1);
    expect(variantOf({ expr: "a" }, shape(BRANCH), BRANCH, "en")).toBe(0);
    expect(variantOf({ conditions: [] }, shape(BRANCH), BRANCH, "en")).toBe(1);
    expect(variantOf({ conditions: [1], logic: "and" }, shape(BRANCH), BRANCH, "en")).toBe(1);
    expect(variantOf(undefined, shape(BRANCH), BRANCH, "en")).toBe(0);
  });

  it("hand on what they share", () => {
    const of = (type: string): Schema => ({
      type: "object",
      required: ["type", "content"],
      properties: { type: { type: "string", enum: [type] }, content: { type: "string" } },
    });
    const body: Schema = { oneOf: [of("json"), of("text")] };
    expect(asVariant({ type: "json", content: "x" }, of("text"), body, "en")).toEqual({ type: "text", content: "x" });
  });
});

describe("a new value", () => {
  it("is the default or the least that is allowed", () => {
    const schema: Schema = {
      type: "object",
      required: ["name", "level", "tags", "auth"],
      properties: {
        name: { type: "string" },
        level: { type: "integer", minimum: 1 },
        tags: { type: "array", items: {} },
        auth: AUTH,
        optional: { type: "string" },
      },
    };
    expect(blankOf(schema, schema, "en")).toEqual({ name: "", level: 1, tags: [], auth: null });
    expect(blankOf({ type: "string", default: "," }, {}, "en")).toBe(",");
    expect(blankOf(BRANCH, BRANCH, "en")).toEqual({ expr: "" });
    const endless: Schema = { $defs: { A: { type: "object", required: ["a"], properties: { a: { $ref: "#/$defs/A" } } } }, $ref: "#/$defs/A" };
    expect(blankOf(endless, endless, "en")).toHaveProperty("a");
  });
});

describe("faults", () => {
  const schema: Schema = {
    type: "object",
    additionalProperties: false,
    required: ["name"],
    properties: {
      name: { type: "string" },
      count: { type: "integer", minimum: 1, maximum: 5 },
      mode: { type: "string", enum: ["a", "b"] },
      rows: { type: "array", items: { type: "object", required: ["x"], properties: { x: { type: "number" } } } },
      auth: AUTH,
    },
  };

  it("are none where all is well", () => {
    expect(faults(schema, { name: "n", count: 5, mode: "a", rows: [{ x: 1.5 }], auth: { type: "bearer", token: "t" } })).toEqual([]);
    expect(faults(schema, { name: "", auth: null })).toEqual([]);
  });

  it("say what is wrong where", () => {
    expect(faults(schema, { count: 0, mode: "c", rows: [{}, { x: "1" }], auth: { type: "header", name: 1 }, "a/b": 1 })).toEqual([
      "/name required",
      "/count min",
      "/mode choice",
      "/rows/0/x required",
      "/rows/1/x number",
      "/auth/name text",
      "/auth/value required",
      "/a~1b unknown",
    ]);
    expect(faults(schema, { name: 1, count: 1.5, rows: {} })).toEqual(["/name text", "/count integer", "/rows list"]);
    expect(faults(schema, null)).toEqual([" object"]);
  });
});
