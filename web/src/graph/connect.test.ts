import { describe, expect, it } from "vitest";
import { canConnect } from "./connect";
import { portsOf } from "./kinds";
import { document, kinds, looped, node } from "./testkit";

const ids = (of: Parameters<typeof portsOf>[0]) => portsOf(of, kinds).map(({ id }) => id);

describe("ways out", () => {
  it.each([
    [node("text"), ["out"]],
    [node("end"), []],
    [node("break"), []],
    [node("comment"), []],
    [node("unheard_of"), ["out"]],
    [node("loop"), ["body", "out"]],
    [node("approval"), ["approved", "rejected"]],
    [node("condition", { params: { branches: [{}, {}] } }), ["branch_0", "branch_1", "else"]],
    [node("condition", { params: { branches: "broken" } }), ["else"]],
    [node("question"), ["out"]],
    [node("question", { params: { answer: "options", options: ["Tea", "Coffee"] } }), ["branch_0", "branch_1", "else"]],
    [node("question", { params: { answer: "options", options: ["Tea"], options_from: "list" } }), ["branch_0", "else"]],
    [node("model", { policy: { on_error: "branch" } as never }), ["out", "error"]],
  ])("of %j", (of, expected) => expect(ids(of)).toEqual(expected));

  it("are called what the author calls them", () => {
    expect(portsOf(node("intent", { params: { intents: ["Buy", ""] } }), kinds)).toEqual([
      { id: "branch_0", label: "Buy" },
      { id: "branch_1", label: undefined },
      { id: "else" },
    ]);
  });
});

describe("connections", () => {
  const made = document(
    { s: node("start"), a: node("text"), b: node("text"), c: node("condition", { params: { branches: [{}] } }), note: node("comment"), e: node("end") },
    "s>a",
    "a>b",
    "b>c",
  );
  it.each([
    ["a", "out", "e", true],
    ["c", "branch_0", "e", true],
    ["c", "else", "e", true],
    ["c", "branch_1", "e", "noPort"],
    ["e", "out", "a", "noPort"],
    ["a", "out", "a", "self"],
    ["a", "out", "s", "noEntry"],
    ["a", "out", "note", "noEntry"],
    ["s", "out", "a", "duplicate"],
    ["b", "out", "a", "cycle"],
    ["c", "else", "a", "cycle"],
    ["gone", "out", "a", "missing"],
    ["a", "out", "gone", "missing"],
  ])("%s:%s>%s → %s", (from, port, to, answer) => {
    const found = canConnect(made, kinds, from, port, to);
    expect(found.ok ? true : found.reason).toBe(answer);
  });

  it.each([
    ["l", "body", "last", true],
    ["l", "body", "e", "body"],
    ["inner", "out", "l", true],
    ["inner", "out", "e", "border"],
    ["s", "out", "inner", "border"],
    ["l", "out", "inner", "border"],
    ["last", "out", "inner", "cycle"],
    ["last", "out", "l", "duplicate"],
  ])("with a loop: %s:%s>%s → %s", (from, port, to, answer) => {
    const found = canConnect(looped(), kinds, from, port, to);
    expect(found.ok ? true : found.reason).toBe(answer);
  });
});
