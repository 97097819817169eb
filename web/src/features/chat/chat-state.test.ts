import { describe, expect, it } from "vitest";
import type { Message, Run, RunEvent } from "@/api/types";
import { applyEvents, emptyState, prependPage, textOf, type ChatState } from "./chat-state";

const run = (status: Run["status"] = "running", id = "r1"): Run => ({
  id,
  workspace_id: "w",
  program: "agent",
  agent_id: "a",
  agent_name: "A",
  agent_version: null,
  workflow_id: null,
  workflow_name: "",
  workflow_version: null,
  forked_from: null,
  parent_run_id: null,
  root_run_id: null,
  root_step: null,
  output: null,
  conversation_id: "c",
  section_id: "s",
  meta: {},
  status,
  error: null,
  usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3, cached_tokens: 0, reasoning_tokens: 0 },
  cost: null,
  required_action: null,
  created_by: "u",
  created_at: "2026-01-01T00:00:00.000Z",
  started_at: null,
  finished_at: null,
  resumed: 0,
});
const message = (fields: Partial<Message> & Pick<Message, "id" | "type">, text = ""): Message => ({
  conversation_id: "c",
  run_id: "r1",
  section_id: "s",
  role: fields.type === "question" ? "user" : "assistant",
  content: [{ type: "text", text }],
  status: "completed",
  feedback: null,
  meta: {},
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...fields,
});
const question = message({ id: "q", type: "question" }, "hi");
const delta = (text: string, offset?: number): RunEvent => ({
  event: "message.delta",
  data: { message_id: "m", type: "answer", text, offset },
});
const begin: RunEvent[] = [
  { event: "run.created", data: { run: run(), question } },
  { event: "run.started", data: { run: run() } },
];
const done: RunEvent = {
  event: "message.completed",
  data: { message: message({ id: "m", type: "answer" }, "Hello 世界 👋") },
};
const end: RunEvent = { event: "run.completed", data: { run: run("completed") } };
const answer = (state: ChatState) => {
  const found = state.messages.find(({ id }) => id === "m");
  return found && textOf(found);
};

describe("a streamed answer", () => {
  it("is put together from its pieces and replaced by the whole", () => {
    const half = applyEvents(emptyState, [...begin, delta("Hello "), delta("世界")]);
    expect(half.messages.map(({ id }) => id)).toEqual(["q", "m"]);
    expect(answer(half)).toBe("Hello 世界");
    expect(half.messages[1]?.status).toBe("streaming");
    const whole = applyEvents(half, [done, end]);
    expect(whole.messages.map(({ id }) => id)).toEqual(["q", "m"]);
    expect(whole.messages[1]?.status).toBe("completed");
    expect(whole.runs.r1?.status).toBe("completed");
  });

  it("is the same whatever the batches", () => {
    const events = [...begin, delta("a"), delta("b"), delta("c"), done, end];
    const oneByOne = events.reduce((state, event) => applyEvents(state, [event]), emptyState);
    expect(oneByOne.messages).toEqual(applyEvents(emptyState, events).messages);
  });

  it("keeps reasoning apart from text", () => {
    const state = applyEvents(emptyState, [
      ...begin,
      { event: "message.delta", data: { message_id: "m", type: "answer", reasoning: "hm" } },
      delta("yes"),
    ]);
    expect(state.messages[1]?.reasoning).toBe("hm");
    expect(answer(state)).toBe("yes");
  });

  it("starts over after a reset, without a trace of the first attempt", () => {
    const reset: RunEvent = { event: "message.reset", data: { message_id: "m" } };
    const state = applyEvents(emptyState, [...begin, delta("wro", 0), reset, delta("right", 0)]);
    expect(answer(state)).toBe("right");
  });
});

describe("after a lost connection", () => {
  it("takes of pieces that come again only what lies beyond, counted in code points", () => {
    let state = applyEvents(emptyState, [...begin, delta("👋 Hel", 0)]);
    state = applyEvents(state, [delta("👋 Hello", 0), delta(" 世", 7), delta(" 世界", 7)]);
    expect(answer(state)).toBe("👋 Hello 世界");
  });

  it("has no doubles when a whole run is told again", () => {
    const events = [...begin, delta("Hello ", 0), delta("世界", 6), done, end];
    const once = applyEvents(emptyState, events);
    const twice = applyEvents(once, events);
    expect(twice.messages).toEqual(once.messages);
  });

  it("joins a run whose part answer was loaded from the server", () => {
    const part = message({ id: "m", type: "answer", status: "streaming" }, "Hello ");
    const loaded = prependPage(emptyState, { items: [question, part], has_more: false });
    const state = applyEvents(loaded, [...begin, delta("Hello ", 0), delta("world", 6)]);
    expect(answer(state)).toBe("Hello world");
    expect(state.messages).toHaveLength(2);
  });
});

describe("the question", () => {
  it("replaces what was shown while it was on its way", () => {
    const local = message({ id: "local-1", type: "question", run_id: null }, "hi");
    const state = applyEvents({ ...emptyState, messages: [local] }, begin);
    expect(state.messages.map(({ id }) => id)).toEqual(["q"]);
  });
});

describe("a run that ends early", () => {
  it("marks what was half-written as interrupted", () => {
    const cancelled: RunEvent = { event: "run.cancelled", data: { run: run("cancelled") } };
    const state = applyEvents(emptyState, [...begin, delta("Hel"), cancelled]);
    expect(state.messages[1]).toMatchObject({ status: "interrupted" });
    expect(answer(state)).toBe("Hel");
  });
});

describe("older pages", () => {
  it("come before, without doubles", () => {
    const state = prependPage(
      { ...emptyState, messages: [question], hasMore: true },
      { items: [message({ id: "p", type: "question" }), question], has_more: false },
    );
    expect(state.messages.map(({ id }) => id)).toEqual(["p", "q"]);
    expect(state.hasMore).toBe(false);
  });
});
