import { describe, expect, it } from "vitest";
import type { Message, Run, RunDetail, RunEvent, Step } from "@/api/types";
import { emptyFold, foldDetail, foldEvents, type RunFold } from "./run-fold";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const step = (seq: number, id: string, path = "", fields: Partial<Step> = {}): Step => ({
  seq,
  kind: "node",
  name: id,
  status: "running",
  started_at: at(seq * 10),
  finished_at: null,
  duration_ms: null,
  input: {},
  output: null,
  error: null,
  usage: null,
  cost: null,
  attempt: 1,
  node: { id, kind: "text", path },
  port: null,
  warnings: [],
  raw: null,
  pinned: false,
  run_id: null,
  ...fields,
});
const done = (one: Step, fields: Partial<Step> = {}): Step => ({
  ...one,
  status: "completed",
  finished_at: at(one.seq * 10 + 5),
  duration_ms: 5,
  ...fields,
});
const run = (fields: Partial<Run> = {}) =>
  ({ id: "1", status: "running", error: null, required_action: null, finished_at: null, ...fields }) as Run;
const began = (one: Step): RunEvent => ({ event: "step.started", data: { step: one } });
const ended = (one: Step): RunEvent => ({ event: "step.completed", data: { step: one } });
const fold = (events: RunEvent[], before = emptyFold()): RunFold => foldEvents(before, events);
const statuses = ({ nodes }: RunFold) =>
  Object.fromEntries(Object.entries(nodes).map(([id, { status }]) => [id, status]));

describe("a run folded from its events", () => {
  const story: RunEvent[] = [
    { event: "run.created", data: { run: run({ status: "queued" }) } },
    { event: "run.started", data: { run: run() } },
    ended(done(step(1, "start"))),
    began(step(2, "loop", "", { node: { id: "loop", kind: "loop", path: "" } })),
    ended(done(step(3, "a", "loop[0]/"))),
    began(step(4, "call", "loop[0]/")),
    ended(done(step(5, "a", "loop[0]/call/"))),
    ended(done(step(4, "call", "loop[0]/"))),
    ended(done(step(6, "a", "loop[1]/"), { port: "branch_0" })),
  ];

  it("is the same however the events are divided, and when they are told again", () => {
    const whole = fold(story);
    expect(story.reduce((state, event) => fold([event], state), emptyFold())).toEqual(whole);
    expect(fold(story, whole).nodes).toEqual(whole.nodes);
    expect(fold(story, whole).steps).toEqual(whole.steps);
  });

  it("sums up a node over its iterations and leaves called workflows to themselves", () => {
    const { nodes, rounds } = fold(story);
    expect(nodes.a).toMatchObject({ status: "completed", seqs: [3, 6], duration_ms: 10, ports: ["out", "branch_0"] });
    expect(nodes.loop).toMatchObject({ status: "running", iterations: 2, since: at(20) });
    expect(rounds.get("loop")).toBe(2);
  });

  it("leaves nodes that a batch does not touch as they are", () => {
    const before = fold(story);
    const after = fold([ended(done(step(7, "b", "loop[1]/")))], before);
    expect(after.nodes.start).toBe(before.nodes.start);
    expect(after.nodes.a).toBe(before.nodes.a);
    expect(before.nodes.b).toBeUndefined();
  });

  it("shows a called workflow as its own run", () => {
    const inside = fold(story, emptyFold("loop[0]/call/"));
    expect(statuses(inside)).toEqual({ a: "completed" });
    expect(inside.steps.get(5)?.node?.path).toBe("");
  });

  it("keeps attempts before the last one, which the server's steps no longer have", () => {
    const failed = done(step(1, "http"), { status: "failed", error: { code: "http_status", message: "500" } });
    const state = fold([began(step(1, "http")), ended(failed), began(step(1, "http", "", { attempt: 2 }))]);
    expect(state.earlier.get(1)).toEqual([failed]);
    expect(state.nodes.http).toMatchObject({ status: "running", attempts: 2 });
    const over = { ...run({ status: "completed" }), steps: [done(step(1, "http", "", { attempt: 2 }))] } as RunDetail;
    expect(foldDetail(state, over)).toMatchObject({ nodes: { http: { status: "completed" } } });
    expect(foldDetail(state, over).earlier.get(1)).toEqual([failed]);
  });

  it("does not go back to what was before", () => {
    const state = fold([ended(done(step(1, "a")))]);
    expect(fold([began(step(1, "a"))], state).steps.get(1)?.status).toBe("completed");
  });

  it("bills tokens to the node, and to all that is around it", () => {
    const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7, cached_tokens: 0, reasoning_tokens: 0 };
    const ask = (seq: number, id: string, path: string, parent: number) =>
      ended(done(step(seq, id, path, { kind: "model", node: { id, kind: "model", path, parent } }), { usage, cost: 0.5 }));
    const state = fold([
      began(step(1, "loop")),
      began(step(2, "llm", "loop[0]/")),
      ask(3, "llm", "loop[0]/", 2),
      began(step(4, "call", "loop[0]/")),
      began(step(5, "llm", "loop[0]/call/")),
      ask(6, "llm", "loop[0]/call/", 5),
    ]);
    expect(state.nodes.loop).toMatchObject({ tokens: 14, cost: 1 });
    expect(state.nodes.call).toMatchObject({ tokens: 7 });
    expect(state.nodes.llm).toMatchObject({ tokens: 7, seqs: [2] });
  });

  it("lets nodes wait and go on", () => {
    const calls = [
      { call_id: "1.1", name: "", arguments: {}, kind: "question" as const, node: { id: "ask", kind: "question", path: "l[1]/" } },
    ];
    const asked = fold([
      began(step(1, "ask", "l[0]/")),
      began(step(2, "ask", "l[1]/")),
      { event: "run.requires_action", data: { run: run({ status: "requires_action", required_action: { calls } }) } },
    ]);
    expect([...asked.steps.values()].map(({ status }) => status)).toEqual(["running", "waiting"]);
    expect(asked.nodes.ask?.status).toBe("waiting");
    const on = fold([{ event: "run.started", data: { run: run() } }], asked);
    expect(on.nodes.ask?.status).toBe("running");
  });

  it("ends what is open inside a node that failed, and at the end of the run", () => {
    const error = { code: "c", message: "m" };
    const state = fold([
      began(step(1, "loop")),
      began(step(2, "task", "loop[0]/")),
      began(step(3, "loop2")),
      ended(done(step(1, "loop"), { status: "failed", error })),
    ]);
    expect(statuses(state)).toEqual({ loop: "failed", task: "cancelled", loop2: "running" });
    expect(state.nodes.loop).toMatchObject({ error, failures: 1, ports: [] });
    const over = fold([{ event: "run.failed", data: { run: run({ status: "failed", finished_at: at(99) }) } }], state);
    expect(statuses(over)).toMatchObject({ loop2: "failed" });
  });
});

describe("messages of a run", () => {
  const delta = (text: string, offset: number): RunEvent => ({
    event: "message.delta",
    data: { message_id: "m", type: "answer", text, offset },
  });
  const speaking = step(1, "out", "", { node: { id: "out", kind: "output", path: "" } });

  it("grow piece by piece, by code points, and name the node that tells them", () => {
    const state = fold([began(speaking), delta("你好😀", 0), delta("😀 again", 2)]);
    expect(state.told).toMatchObject([{ id: "m", text: "你好😀 again", step: 1, done: false }]);
  });

  it("begin anew when they are withdrawn, and are whole in the end", () => {
    const message = { id: "m", type: "answer", content: [{ type: "text", text: "All" }] } as unknown as Message;
    const events: RunEvent[] = [
      began(speaking),
      delta("Al", 0),
      { event: "message.reset", data: { message_id: "m" } },
      delta("A", 0),
      { event: "message.completed", data: { message } },
      delta("All", 0),
    ];
    expect(fold(events).told).toMatchObject([{ text: "All", done: true }]);
  });
});

it("says which step set a variable", () => {
  const state = fold([
    ended(done(step(4, "assign"))),
    { event: "variable.set", data: { scope: "app", path: ["a", "b"], value: 1 } },
  ]);
  expect(state.variables).toEqual([{ scope: "app", path: ["a", "b"], value: 1, step: 4 }]);
});
