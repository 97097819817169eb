import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { toTurns } from "./turns";

const message = (
  id: string,
  type: Message["type"],
  run_id: string | null,
  value: unknown = "",
): Message => ({
  id,
  type,
  run_id,
  conversation_id: "c",
  section_id: "s",
  role: type === "question" ? "user" : "assistant",
  content: [{ type: "text", text: typeof value === "string" ? value : JSON.stringify(value) }],
  status: "completed",
  feedback: null,
  meta: {},
  created_at: "",
  updated_at: "",
});
const call = (id: string, run: string, call_id: string) =>
  message(id, "function_call", run, { name: "calculator", arguments: { expression: "1+1" }, call_id });
const response = (id: string, run: string, call_id: string, is_error = false) =>
  message(id, "tool_response", run, { name: "calculator", call_id, output: "2", is_error });

describe("turns", () => {
  it("pairs each tool's call with its result, also when they cross", () => {
    const [turn] = toTurns([
      message("q", "question", "r"),
      call("c1", "r", "x"),
      call("c2", "r", "y"),
      response("t2", "r", "y", true),
      response("t1", "r", "x"),
      message("a", "answer", "r", "Two"),
      message("f", "follow_up", "r", "And three?"),
    ]);
    expect(turn?.attempts).toHaveLength(1);
    expect(turn?.attempts[0]?.items).toMatchObject([
      { kind: "tool", callId: "x", output: "2", isError: false },
      { kind: "tool", callId: "y", output: "2", isError: true },
      { kind: "answer", message: { id: "a" } },
    ]);
    expect(turn?.followUps).toEqual(["And three?"]);
  });

  it("makes another attempt of an answer that was asked for again", () => {
    const turns = toTurns([
      message("q", "question", "r1"),
      message("a1", "answer", "r1"),
      message("a2", "answer", "r2"),
    ]);
    expect(turns).toHaveLength(1);
    expect(turns[0]?.attempts.map(({ runId }) => runId)).toEqual(["r1", "r2"]);
  });

  it("puts the answer of a queued question under its own question", () => {
    const turns = toTurns([
      message("q1", "question", "r1"),
      message("q2", "question", "r2"),
      message("a1", "answer", "r1"),
      message("a2", "answer", "r2"),
    ]);
    expect(turns.map((turn) => turn.source.map(({ id }) => id))).toEqual([
      ["q1", "a1"],
      ["q2", "a2"],
    ]);
  });

  it("keeps the identity of a turn that did not change", () => {
    const first = [message("q1", "question", "r1"), message("a1", "answer", "r1")];
    const before = toTurns([...first, message("q2", "question", "r2")]);
    const after = toTurns(
      [...first, message("q2", "question", "r2"), message("a2", "answer", "r2")],
      before,
    );
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("survives a call whose JSON is broken", () => {
    const [turn] = toTurns([
      message("q", "question", "r"),
      message("c", "function_call", "r", '{"name": "calc'),
    ]);
    expect(turn?.attempts[0]?.items).toMatchObject([{ kind: "tool", callId: "c", name: "" }]);
  });
});
