import { describe, expect, it } from "vitest";
import type { ValueField } from "@/api/types";
import { draftsOf, read, type Draft } from "./values";

const text = (text: string): Draft => ({ kind: "text", text });
const FIELDS: ValueField[] = [
  { name: "s", type: "string" },
  { name: "i", type: "integer", required: true },
  { name: "n", type: "number" },
  { name: "b", type: "boolean" },
  { name: "t", type: "time" },
  { name: "o", type: { object: [{ name: "x", type: "integer" }, { name: "y", type: "string", required: true }] } },
  { name: "free", type: { object: [] } },
  { name: "l", type: { list: "integer" } },
  { name: "f", type: { file: "image" } },
  { name: "any" },
];

describe("a form of typed fields", () => {
  it("gives back the values it was filled with", () => {
    const values = {
      s: " two\nlines ",
      i: -3,
      n: 1.5,
      b: false,
      t: "2026-01-02 03:04:05",
      o: { x: 1, y: "z" },
      free: { deep: [1, { a: null }] },
      l: [1, 2],
      f: { url: "https://a.example/p.png", name: "p.png" },
      any: ["x", 1],
    };
    expect(read(FIELDS, draftsOf(FIELDS, values))).toEqual({ value: values, faults: {} });
  });

  it("does not send what was left empty", () => {
    expect(read(FIELDS, { ...draftsOf(FIELDS, {}), i: text("7") })).toEqual({ value: { i: 7 }, faults: {} });
  });

  it("begins with defaults", () => {
    const fields: ValueField[] = [
      { name: "a", type: "string", default: "hello" },
      { name: "b", type: "boolean", default: true },
      { name: "c", type: "integer", default: 4 },
    ];
    expect(read(fields, draftsOf(fields, { c: 5 }))).toEqual({ value: { a: "hello", b: true, c: 5 }, faults: {} });
  });

  it("says what is wrong where", () => {
    const drafts = {
      ...draftsOf(FIELDS, {}),
      i: text("1.5"),
      n: text("one"),
      t: text("yesterday"),
      o: { kind: "object", fields: { x: text("x"), y: text("") } } as Draft,
      free: text("[1]"),
      l: { kind: "list", items: [text("1"), text("b")] } as Draft,
    };
    expect(read(FIELDS, drafts)).toMatchObject({
      faults: { i: "integer", n: "number", t: "time", "o.x": "integer", "o.y": "required", free: "object", "l[1]": "integer" },
    });
    expect(read(FIELDS, draftsOf(FIELDS, {}))).toMatchObject({ faults: { i: "required" } });
    expect(read([{ name: "free", type: { object: [] } }], { free: text("{") })).toMatchObject({ faults: { free: "json" } });
  });

  it("keeps large integers and texts where anything may stand", () => {
    const fields: ValueField[] = [{ name: "i", type: "integer" }, { name: "a" }, { name: "q" }];
    const drafts = { i: text("7380000000000004099"), a: text("plain"), q: text('"12"') };
    expect(read(fields, drafts)).toEqual({ value: { i: "7380000000000004099", a: "plain", q: "12" }, faults: {} });
  });

  it("writes times as the server does", () => {
    const time = (value: string) => read([{ name: "t", type: "time" }], { t: text(value) });
    expect(time("2026-01-02T03:04")).toEqual({ value: { t: "2026-01-02 03:04:00" }, faults: {} });
    expect(time("2026-01-02")).toEqual({ value: { t: "2026-01-02 00:00:00" }, faults: {} });
    expect(time("2026-01-02T03:04:05Z")).toEqual({ value: { t: "2026-01-02 03:04:05Z" }, faults: {} });
  });
});
