import { describe, expect, it } from "vitest";
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { bindingText, outline, startFields, typeText } from "./outline";

const node = (kind: string, fields: Partial<WorkflowNode> = {}) => ({ kind, ...fields }) as WorkflowNode;
const edge = (from: string, to: string, port = "out") => ({ from, to, port });
const document = (nodes: Record<string, WorkflowNode>, edges: [string, string][]) =>
  ({ nodes, edges: edges.map(([from, to]) => edge(from, to)) }) as WorkflowDocument;

describe("the outline", () => {
  it("follows the edges and indents what lies inside", () => {
    const made = document(
      {
        a_end: node("end"),
        b_loop: node("loop"),
        c_inside: node("text", { parent: "b_loop" }),
        d_inside: node("code", { parent: "b_loop" }),
        e_note: node("comment"),
        z_start: node("start"),
      },
      [
        ["z_start", "b_loop"],
        ["b_loop", "d_inside"],
        ["d_inside", "c_inside"],
        ["c_inside", "b_loop"],
        ["b_loop", "a_end"],
      ],
    );
    expect(outline(made).map(({ id, depth }) => `${"-".repeat(depth)}${id}`)).toEqual([
      "z_start",
      "e_note",
      "b_loop",
      "-d_inside",
      "-c_inside",
      "a_end",
    ]);
  });

  it("keeps every node of a document that makes no sense", () => {
    const made = document(
      {
        a: node("x", { parent: "b" }),
        b: node("x", { parent: "a" }),
        c: node("x", { parent: "gone" }),
        d: node("x"),
        e: node("x"),
      },
      [
        ["d", "e"],
        ["e", "d"],
        ["d", "nowhere"],
      ],
    );
    expect(outline(made).map(({ id }) => id).sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(outline({} as WorkflowDocument)).toEqual([]);
  });
});

it("writes types in one line", () => {
  expect(typeText(undefined)).toBe("any");
  expect(typeText({ list: { object: [{ name: "a" }, { name: "b", type: "string" }] } })).toBe("list<object{a, b}>");
  expect(typeText({ file: "image" })).toBe("file (image)");
  expect(typeText({ file: "any" })).toBe("file");
  expect(typeText({ object: [] })).toBe("object");
});

it("says where a value comes from", () => {
  const title = (id: string) => (id === "1" ? "Start" : id);
  expect(bindingText({ ref: { node: "1", path: ["a", "0"] } }, title)).toBe("Start › a › 0");
  expect(bindingText({ ref: { node: "1" } }, title)).toBe("Start");
  expect(bindingText({ literal: "x" }, title)).toBe("“x”");
  expect(bindingText({ literal: [1] }, title)).toBe("[1]");
  expect(bindingText({ variable: { scope: "app", path: ["a", "b"] } }, title)).toBe("app.a.b");
  expect(bindingText({ object: [{ name: "a" }, { name: "b" }] }, title)).toBe("{ a, b }");
  expect(bindingText({ expr: "a + b" }, title)).toBe("a + b");
  expect(bindingText(null, title)).toBeUndefined();
  expect(bindingText({ literal: "x".repeat(200) }, title)?.length).toBe(80);
});

it("finds what a run is started with", () => {
  const made = document({ s: node("start", { outputs: [{ name: "q", type: "string" }] }), e: node("end") }, []);
  expect(startFields(made)).toEqual([{ name: "q", type: "string" }]);
  expect(startFields(document({}, []))).toEqual([]);
});
