import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/api/types";
import { showPlace } from "./Faults";
import { consoleOf } from "./kinds/console";
import { branchesOf, isUnary, operatorsFor } from "./kinds/conditions";
import { readNode } from "./node-json";
import { nameFault } from "./parts/NameInput";
import { getAt, isWithin, pointer, setAt } from "./pointer";
import { referencesTo } from "./refs/count";
import { dotted, roleOf } from "./roles";
import { bindingKind, emptyBinding, withValue } from "./values/binding";

describe("places", () => {
  it("are set without changing what was there", () => {
    const before = { a: [{ b: 1 }], c: 2 };
    expect(setAt(before, ["a", 0, "b"], 3)).toEqual({ a: [{ b: 3 }], c: 2 });
    expect(setAt(before, ["c"], undefined)).toEqual({ a: [{ b: 1 }] });
    expect(setAt(undefined, ["x", "y"], 1)).toEqual({ x: { y: 1 } });
    expect(before).toEqual({ a: [{ b: 1 }], c: 2 });
    expect(getAt(before, ["a", 0, "b"])).toBe(1);
    expect(getAt(before, ["a", 5, "b"])).toBeUndefined();
  });

  it("have names without slashes", () => {
    expect(pointer("/params", "a/b~", 0)).toBe("/params/a~1b~0/0");
    expect(isWithin("/inputs/10", "/inputs/1")).toBe(false);
    expect(isWithin("/inputs/1/name", "/inputs/1")).toBe(true);
  });

  it("have roles, whatever their place in lists", () => {
    expect(dotted("/params/branches/2/conditions/0/left")).toBe("branches.conditions.left");
    expect(roleOf("http_request", "headers.value")).toBe("line");
    expect(roleOf("plugin_kind", "text", "With `{{name}}`")).toBe("template");
    expect(roleOf("plugin_kind", "text", "Plain")).toBeUndefined();
  });
});

describe("a name", () => {
  it("is a word that nobody else has", () => {
    for (const name of ["a", "_b2", "__made_by_importers"]) expect(nameFault(name, ["c"])).toBeUndefined();
    for (const name of ["", "2b", "two words", "__two words", "名", "a-b"]) expect(nameFault(name, [])).toBe("form");
    expect(nameFault("a", ["a"])).toBe("taken");
  });
});

describe("a node as JSON", () => {
  it("is one if it has a kind", () => {
    expect(readNode('{"kind": "text"}')).toEqual({ kind: "text", version: 1, title: "", description: "" });
    for (const wrong of ["", "{", "[]", "null", "{}", '{"kind": 1}', '{"kind": ""}']) expect(readNode(wrong)).toBeUndefined();
  });
});

describe("what code printed", () => {
  it("is read as the sandbox keeps it", () => {
    expect(consoleOf({ console: [{ level: "warn", text: "careful" }, "plain", { text: 3 }] })).toEqual([
      { level: "warn", text: "careful" },
      { level: "log", text: "plain" },
      { level: "log", text: "3" },
    ]);
    for (const nothing of [null, undefined, {}, { console: "" }, { console: 1 }]) expect(consoleOf(nothing)).toEqual([]);
  });
});

describe("conditions", () => {
  it("have operators for their types, and survive what is no branch", () => {
    expect(operatorsFor("string")).toContain("contains");
    expect(operatorsFor("integer")).not.toContain("contains");
    expect(operatorsFor({ list: "any" })).toContain("longer");
    expect(isUnary("not_empty")).toBe(true);
    expect(branchesOf({ branches: [1, null, { expr: "a" }] })).toEqual([{ expr: "a" }]);
    expect(branchesOf({ branches: "x" })).toEqual([]);
  });
});

describe("a binding", () => {
  it("begins empty, an object with the parts of its type", () => {
    expect(emptyBinding("object", { object: [{ name: "a", type: "integer" }] })).toEqual({ object: [{ name: "a", type: "integer" }] });
    expect(emptyBinding("literal", "string")).toEqual({ literal: "" });
    expect(emptyBinding("ref", "string")).toBeUndefined();
    expect(bindingKind({ expr: "1" })).toBe("expr");
    expect(withValue({ name: "a", type: "any", value: { literal: 1 } }, undefined)).toEqual({ name: "a", type: "any" });
    expect(withValue({ name: "a" }, { literal: 1 }, "integer")).toEqual({ name: "a", type: "integer", value: { literal: 1 } });
  });
});

describe("references to an output", () => {
  it("are counted wherever they stand", () => {
    const to = (name: string) => ({ ref: { node: "a", path: [name] } });
    const document = {
      nodes: {
        a: { kind: "code", inputs: [{ name: "self", value: to("x") }] },
        b: { kind: "text", inputs: [{ name: "one", value: to("x") }, { name: "two", value: { object: [{ name: "p", value: to("x") }] } }] },
        c: { kind: "text", inputs: [{ name: "other", value: to("y") }] },
        l: { kind: "loop", params: { collect: [{ name: "all", from: { node: "a", path: ["x"] } }] } },
      },
    } as unknown as WorkflowDocument;
    expect(referencesTo(document, "a", "x")).toBe(3);
    expect(referencesTo(document, "a", "z")).toBe(0);
  });
});

describe("going to a fault", () => {
  it("opens the folds around its place and gives the nearest control the focus", () => {
    Element.prototype.scrollIntoView = () => {};
    Element.prototype.animate = () => ({}) as Animation;
    window.matchMedia = () => ({ matches: true }) as MediaQueryList;
    document.body.innerHTML = `<section><details data-path="/inputs"><div data-path="/inputs/0"><input id="first" /></div>
      <div data-path="/inputs/1"><input id="second" /></div></details></section>`;
    const root = document.querySelector("section");
    showPlace(root, "/inputs/1/value/ref/path/0");
    expect(document.activeElement?.id).toBe("second");
    expect(document.querySelector("details")?.open).toBe(true);
    showPlace(root, "/nowhere");
    expect(document.activeElement?.id).toBe("second");
  });
});
