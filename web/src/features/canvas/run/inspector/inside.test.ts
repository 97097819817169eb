import { describe, expect, it } from "vitest";
import type { RunEvent, Step, WorkflowDocument, WorkflowNode } from "@/api/types";
import { emptyFold, foldEvents } from "../run-fold";
import { consoleOf, insideOf } from "./inside";
import { fieldsOf } from "./NodeRunForm";
import { telling } from "./useTelling";

const step = (seq: number, id: string, path = "", fields: Partial<Step> = {}) =>
  ({
    seq,
    kind: "node",
    name: id,
    status: "completed",
    attempt: 1,
    error: null,
    raw: null,
    finished_at: "2026-01-01T00:00:00Z",
    node: { id, kind: "x", path },
    ...fields,
  }) as Step;
const told = (...events: RunEvent[]) => foldEvents(emptyFold(), events);
const ended = (one: Step): RunEvent => ({ event: "step.completed", data: { step: one } });
const places = (steps: readonly Step[]) => steps.map(({ node }) => `${node?.path ?? ""}${node?.id}`);

describe("what ran inside a node", () => {
  const fold = told(
    ended(step(1, "loop")),
    ended(step(2, "call", "loop[0]/")),
    ended(step(3, "x", "loop[0]/call/")),
    ended(step(4, "call2", "loop[0]/")),
    ended(step(5, "call", "loop[1]/")),
    ended(step(6, "llm")),
    ended(step(7, "llm", "", { kind: "model", node: { id: "llm", kind: "model", path: "", parent: 6 } })),
    ended(step(8, "x", "llm#c1/")),
  );

  it("is its iterations, the workflow it called, its model and tools", () => {
    expect(places(insideOf(fold, fold.steps.get(2)!))).toEqual(["call", "call/x"]);
    expect(places(insideOf(fold, fold.steps.get(6)!))).toEqual(["llm", "llm", "llm#c1/x"]);
    expect(insideOf(fold, fold.steps.get(1)!)).toHaveLength(5);
    expect(insideOf(fold, fold.steps.get(4)!)).toEqual([]);
  });

  it("can be that of one iteration", () => {
    expect(places(insideOf(fold, fold.steps.get(1)!, 0))).toEqual(["call", "call/x", "call2"]);
    expect(places(insideOf(fold, fold.steps.get(1)!, 1))).toEqual(["call"]);
  });
});

describe("the console of code", () => {
  it("is read from what the step says, whatever that is", () => {
    const raw = { console: [{ level: "warn", text: "careful" }, null, { text: 3 }], console_cut: true };
    expect(consoleOf(step(1, "code", "", { raw }))).toEqual({
      lines: [
        { level: "warn", text: "careful" },
        { level: "log", text: "" },
      ],
      cut: true,
    });
    expect(consoleOf(step(1, "http", "", { raw: { status: 200 } }))).toBeUndefined();
    expect(consoleOf(step(1, "text"))).toBeUndefined();
  });
});

it("shows a model what an output node quotes of it while it writes", () => {
  const document = {
    nodes: {
      llm: { kind: "model" },
      other: { kind: "model" },
      say: { kind: "output", title: "Say", inputs: [{ name: "o", value: { ref: { node: "llm", path: ["output"] } } }] },
    },
  } as unknown as WorkflowDocument;
  const open = { status: "running" as const, finished_at: null };
  const fold = told(
    { event: "step.started", data: { step: step(1, "llm", "", open) } },
    { event: "step.started", data: { step: step(2, "say", "", { ...open, node: { id: "say", kind: "output", path: "" } }) } },
    { event: "message.delta", data: { message_id: "m", type: "answer", text: "Once", offset: 0 } },
  );
  expect(telling(document, "say", fold, fold.steps.get(2)!)).toEqual({ text: "Once" });
  expect(telling(document, "llm", fold, fold.steps.get(1)!)).toEqual({ text: "Once", by: "Say" });
  expect(telling(document, "other", fold, step(3, "other", "", open))).toBeUndefined();
});

it("asks for a batched node's lists instead of what it takes from an element", () => {
  const node = {
    kind: "text",
    inputs: [
      { name: "one", type: "string", value: { ref: { node: "n", path: ["all"] } } },
      { name: "tone", type: "string", value: { ref: { node: "start", path: ["tone"] } } },
    ],
    batch: { lists: [{ name: "all", type: { list: "string" } }] },
  } as unknown as WorkflowNode;
  expect(fieldsOf("n", node).map(({ name }) => name)).toEqual(["all", "tone"]);
  expect(fieldsOf("n", { ...node, batch: null }).map(({ name }) => name)).toEqual(["one", "tone"]);
});
