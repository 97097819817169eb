import { describe, expect, it } from "vitest";
import { nodeOf } from "./document";
import { isSealed, sameButSealed, sealings, withSealed } from "./sealed";
import { document, node } from "./testkit";

const request = (auth: unknown, title = "http") => document({ h: node("http", { title, params: { auth, list: [{ key: auth }, 1] } }), s: node("start") });
const auth = (token: string) => ({ type: "bearer", token });

describe("what the server sealed", () => {
  it("is found wherever it lies, and takes the place of what was typed", () => {
    const [sent, got] = [request(auth("sk-1")), request(auth("sealed:v1.x"))];
    const found = sealings(sent, got);
    expect(found.map(({ keys }) => keys)).toEqual([["auth", "token"], ["list", 0, "key", "token"]]);
    expect(withSealed(sent, found)).toEqual(got);
    // What was typed since stays, and so does the rest of the node.
    const later = request(auth("sk-2"), "Other");
    expect(withSealed(later, found)).toBe(later);
    expect(nodeOf(withSealed(request(auth("sk-1"), "Other"), found), "h")).toMatchObject({ title: "Other", params: { auth: auth("sealed:v1.x") } });
    expect(withSealed(document({}), found)).toEqual(document({}));
  });

  it("is nothing where nothing was typed", () => {
    for (const [before, after] of [
      [auth("sealed:v1.a"), auth("sealed:v1.b")],
      [auth(""), auth("sealed:v1.b")],
      [auth("{{a}}"), auth("{{a}}")],
      [auth("x"), null],
      [null, auth("sealed:v1.b")],
    ])
      expect(sealings(request(before), request(after))).toEqual([]);
    expect([isSealed("sealed:v1.a"), isSealed("sealed:"), isSealed("sk"), isSealed(1)]).toEqual([true, false, false, false]);
  });

  it("makes no difference, and everything else does", () => {
    expect(sameButSealed(request(auth("sk-1")), request(auth("sealed:v1.x")))).toBe(true);
    expect(sameButSealed(request(auth("sk-1")), request(auth("sealed:v1.x"), "Other"))).toBe(false);
    expect(sameButSealed(request(auth("sealed:v1.y")), request(auth("sealed:v1.x")))).toBe(false);
  });
});
