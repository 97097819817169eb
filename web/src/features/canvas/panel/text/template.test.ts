import { describe, expect, it } from "vitest";
import { keysOf, referenceText, templatePieces } from "./template";

const paths = (text: string) => templatePieces(text).flatMap(({ path }) => (path ? [path] : []));

describe("a template", () => {
  it("is cut into text and references, which together are it", () => {
    const text = "Hello {{ name }}, {{a.b[0].c}}! {{x[\"y z\"]}}";
    const pieces = templatePieces(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(paths(text)).toEqual([["name"], ["a", "b", 0, "c"], ["x", "y z"]]);
    for (const piece of pieces) expect(text.slice(piece.from, piece.to)).toBe(piece.text);
  });

  it.each([
    ["", []],
    ["{{", []],
    ["{{a", []],
    ["{{a}", []],
    ["{{}}", []],
    ["{{a} }} {{b}}", [["b"]]],
    ["{{{a}}}", [["{a"]]],
    ["{{ a.b }}", [["a", "b"]]],
    ["{{a..b}}", [["a..b"]]],
    ["{{a[x]}}", [["a[x]"]]],
    ["}}{{a}}{{", [["a"]]],
  ])("reads %j as the server does", (text, expected) => expect(paths(text)).toEqual(expected));

  it("is cut in time that grows with its length only", () => {
    const start = performance.now();
    templatePieces("{{".repeat(100_000));
    templatePieces("{{a}".repeat(100_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("a reference", () => {
  it("is written as it is read", () => {
    for (const path of [["a"], ["a", "b", 0, "c d"], ["list", 3]]) {
      const text = referenceText(path);
      expect(keysOf(text.slice(2, -2))).toEqual(path);
    }
  });
});
