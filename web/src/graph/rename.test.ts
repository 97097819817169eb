import { describe, expect, it } from "vitest";
import { renameInCode } from "./code";
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

describe("code", () => {
  it.each([
    ["params.x + args.params.x.x", "params.z + args.params.z.x"],
    ["params['x'] + args.params[ \"x\" ]", "params['z'] + args.params[ \"z\" ]"],
    ["f\"{params['x']}\" + params.get('x', 1)", "f\"{params['z']}\" + params.get('z', 1)"],
    ["params?.x ?? params?.['x']\n  ...params.x", "params?.z ?? params?.['z']\n  ...params.z"],
    ["params\n  .x", "params\n  .z"],
    // Others of a like name.
    ["params.xy + params.x_ + params.x2 + params.xé + params.$x", undefined],
    ["myparams.x + params_.x + $params.x + x + y.x", undefined],
    ["params['x y'] + params[x] + params['x\"]", undefined],
    ["// of params. x is large", undefined],
    // Methods are no inputs.
    ["params.x(1) + params.x (2)", undefined],
  ])("%j → %j", (code, expected) => expect(renameInCode(code, "x", "z")).toBe(expected ?? code));

  it.each([
    ["x", "a b", "params.x + params?.x + params['x']", `params["a b"] + params?.["a b"] + params['a b']`],
    ["a b", "x", `params["a b"] + params.a b`, `params["x"] + params.a b`],
    ["a.b", "x", "params['a.b'] + params['a-b'] + params.a.b", "params['x'] + params['a-b'] + params.a.b"],
    ["x", `a"b`, "params.x", `params["a\\"b"]`],
    ["x", "$&", "params.x + params['x']", `params["$&"] + params['$&']`],
    ["主题", "题", "params.主题 + params.主题二", "params.题 + params.主题二"],
    ["get", "set", `params.get("x") + params.get + params.get("get")`, `params.get("x") + params.set + params.get("set")`],
  ])("%j becomes %j", (from, to, code, expected) => expect(renameInCode(code, from, to)).toBe(expected));
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

  it("takes what programs read along, and nothing else of them", () => {
    const code = "f`{{x}}` + params.x + x";
    const made = document({
      a: node("code", { inputs: [{ name: "x" }], params: { code, language: "x" } }),
      b: node("code", { inputs: [{ name: "x" }], params: { code } }),
    });
    const next = renameInput(made, "a", "x", "z");
    expect(nodeOf(next, "a")).toMatchObject({
      inputs: [{ name: "z" }],
      params: { code: "f`{{x}}` + params.z + x", language: "x" },
    });
    expect(nodeOf(next, "b")).toBe(nodeOf(made, "b"));
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
