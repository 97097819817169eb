import { describe, expect, it } from "vitest";
import { celTokens } from "./cel";

describe("an expression", () => {
  it("is cut into words", () => {
    const source = `size(list) > 1.5 && a.b == "x y" || !true`;
    expect(celTokens(source).map(({ from, to, kind }) => [source.slice(from, to), kind])).toEqual([
      ["size", "call"], ["(", "operator"], ["list", "name"], [")", "operator"], [">", "operator"], ["1.5", "number"],
      ["&&", "operator"], ["a", "name"], [".", "operator"], ["b", "member"], ["==", "operator"], ['"x y"', "string"],
      ["||", "operator"], ["!", "operator"], ["true", "keyword"],
    ]);
  });

  it("may be half written", () => {
    for (const source of ["", '"', "a.", "((", '"""x', "a ? b", "'\\"]) expect(() => celTokens(source)).not.toThrow();
  });
});
