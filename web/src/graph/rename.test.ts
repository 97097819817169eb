import { describe, expect, it } from "vitest";
import { nodeOf } from "./document";
import { expressionNames, renameInExpression } from "./expression";
import { renameInput, renameList, renameOutput } from "./rename";
import { document, looped, node } from "./testkit";
import { parseTemplate, renameInTemplate, templateNames } from "./template";

describe("templates", () => {
  it.each([
    ["a {{x}} b", ["x"]],
    ["{{ x.y[0] }}{{x}}", ["x"]],
    ["{{}} {{ {x}} {{a}b}}", ["{x"]],
    ["{{{x}}}", ["{x"]],
    ["{{x", []],
    ["plain", []],
    ["", []],
  ])("%j names %j", (text, names) => expect(templateNames(text)).toEqual(names));

  it("keep every letter", () => {
    for (const text of ["a {{x}} {{y", "{{ a }}}", "{{{a}}", "}}{{"])
      expect(parseTemplate(text).map((part) => ("text" in part ? part.text : part.raw)).join("")).toBe(text);
  });

  it.each([
    ["{{x}} {{ x.y }} {{xy}} x", "{{z}} {{ z.y }} {{xy}} x"],
    ["{{x[0].x}}", "{{z[0].x}}"],
    ["{{$&}}", "{{$&}}"],
  ])("%j → %j", (text, expected) => expect(renameInTemplate(text, "x", "z")).toBe(expected));
});

describe("expressions", () => {
  it.each([
    ["x + y.x", ["x", "y"]],
    ["size(x) > 0 && 'x' != \"x\"", ["x"]],
    ["items.map(x, x + n)", ["items", "n"]],
    ["items.map(x, x + n).size() + x", ["items", "n", "x"]],
    ["a in [true, null] ? a.b['c'] : 1.5e3", ["a"]],
    ["// x\ny", ["y"]],
    ["r'\\' + x", ["x"]],
    ["'it\\'s x' + y", ["y"]],
    ["'open", ["open"]],
    ["", []],
  ])("%j names %j", (source, names) => expect(expressionNames(source)).toEqual(names));

  it.each([
    ["x + y.x + 'x'", "z + y.x + 'x'"],
    ["xs.exists(x, x == 1) || x", "xs.exists(x, x == 1) || z"],
    ["x(x)", "x(z)"],
  ])("%j → %j", (source, expected) => expect(renameInExpression(source, "x", "z")).toBe(expected));
});

describe("an output called otherwise", () => {
  it("takes references along, each in its scope", () => {
    const made = renameOutput(looped(), "l", "texts", "lines");
    expect(nodeOf(made, "l")).toMatchObject({
      outputs: [{ name: "lines" }],
      params: { collect: [{ name: "lines", from: { node: "inner" } }] },
    });
    expect(nodeOf(made, "e")?.inputs?.[0]?.value).toEqual({ ref: { node: "l", path: ["lines"] } });
  });

  it("reaches into what a container collects and what is nested", () => {
    const made = renameOutput(looped(), "inner", "output", "line");
    expect(nodeOf(made, "l")?.params?.collect).toEqual([{ name: "texts", from: { node: "inner", path: ["line"] } }]);
    expect(nodeOf(made, "last")?.inputs?.[0]?.value).toEqual({ ref: { node: "inner", path: ["line"] } });
    const nested = document({
      a: node("text", { outputs: [{ name: "x" }], policy: { on_error: "default", default: { x: 1, y: 2 } } as never }),
      b: node("text", { inputs: [{ name: "o", value: { object: [{ name: "x", value: { ref: { node: "a", path: ["x", "x"] } } }] } }] }),
      c: node("text", { inputs: [{ name: "whole", value: { ref: { node: "a" } } }] }),
    });
    const next = renameOutput(nested, "a", "x", "z");
    expect(nodeOf(next, "b")?.inputs?.[0]?.value).toEqual({ object: [{ name: "x", value: { ref: { node: "a", path: ["z", "x"] } } }] });
    expect(nodeOf(next, "c")).toBe(nodeOf(nested, "c"));
    expect(nodeOf(next, "a")?.policy?.default).toEqual({ z: 1, y: 2 });
  });

  it("of a node that runs for each is seen in its list", () => {
    const made = document({
      m: node("model", { batch: { lists: [] } as never, outputs: [{ name: "x" }] }),
      t: node("text", { inputs: [{ name: "a", value: { ref: { node: "m", path: ["outputList", "0", "x"] } } }] }),
    });
    expect(nodeOf(renameOutput(made, "m", "x", "z"), "t")?.inputs?.[0]?.value).toEqual({ ref: { node: "m", path: ["outputList", "0", "z"] } });
  });
});

describe("an input called otherwise", () => {
  it("takes texts, expressions and names along", () => {
    const made = document({
      a: node("condition", {
        inputs: [{ name: "x" }, { name: "y", value: { expr: "x + 1" } }],
        params: { branches: [{ conditions: [{ left: "x", operator: "equal", right: "y" }] }, { expr: "x > 2" }], message: "is {{x}}", x: "x" },
      }),
    });
    expect(nodeOf(renameInput(made, "a", "x", "z"), "a")).toMatchObject({
      inputs: [{ name: "z" }, { name: "y", value: { expr: "z + 1" } }],
      params: { branches: [{ conditions: [{ left: "z", right: "y" }] }, { expr: "z > 2" }], message: "is {{z}}", x: "x" },
    });
  });

  it("leaves programs alone", () => {
    const made = document({ a: node("code", { inputs: [{ name: "x" }], params: { code: "f`{{x}}`", language: "x" } }) });
    expect(nodeOf(renameInput(made, "a", "x", "z"), "a")?.params).toEqual({ code: "f`{{x}}`", language: "x" });
  });

  it("of a loop is its element inside", () => {
    const made = renameInput(looped(), "l", "topic", "subject");
    expect(nodeOf(made, "inner")?.inputs?.[0]?.value).toEqual({ ref: { node: "l", path: ["subject"] } });
    expect(nodeOf(renameInput(looped(), "l", "sum", "total"), "l")?.params?.variables).toEqual(["total"]);
  });

  it("of a batch of one node is its own element", () => {
    const made = document({
      m: node("model", { batch: { lists: [{ name: "x" }] } as never, inputs: [{ name: "a", value: { ref: { node: "m", path: ["x"] } } }] }),
    });
    expect(nodeOf(renameList(made, "m", "x", "z"), "m")).toMatchObject({
      batch: { lists: [{ name: "z" }] },
      inputs: [{ value: { ref: { node: "m", path: ["z"] } } }],
    });
  });
});
