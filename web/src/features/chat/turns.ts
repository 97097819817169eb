/**
 * Messages as people see them: a question, and what was done and said about it.
 * A turn whose messages did not change keeps its identity, so that only the
 * one being written is drawn again.
 */
import type { Id, Message } from "@/api/types";
import { textOf } from "./chat-state";

/** A tool's call and, once there, its result. */
export interface ToolItem {
  kind: "tool";
  callId: string;
  name: string;
  arguments: unknown;
  call: Message;
  response: Message | undefined;
  output: string | undefined;
  isError: boolean;
  /** A workflow: the run that the call is. */
  runId: Id | undefined;
}
export interface AnswerItem {
  kind: "answer";
  message: Message;
}
export type TurnItem = ToolItem | AnswerItem;

/** One try at answering: a run. Asking again makes another. */
export interface Attempt {
  runId: Id | null;
  items: readonly TurnItem[];
}
export interface ChatTurn {
  key: string;
  sectionId: Id;
  question: Message | undefined;
  attempts: readonly Attempt[];
  followUps: readonly string[];
  /** What it was made of: compared to see whether it changed. */
  source: readonly Message[];
}

function parsed(message: Message): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(textOf(message));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const asText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, 2);

function toolItem(call: Message, response: Message | undefined): ToolItem {
  const { name, arguments: given, call_id, run_id } = parsed(call);
  const result = response && parsed(response);
  return {
    kind: "tool",
    callId: typeof call_id === "string" ? call_id : call.id,
    name: typeof name === "string" ? name : "",
    arguments: given,
    call,
    response,
    output: result && asText(result.output ?? ""),
    isError: result?.is_error === true,
    runId: typeof run_id === "string" ? run_id : undefined,
  };
}

function attempt(runId: Id | null, messages: readonly Message[]): Attempt {
  const responses = new Map<unknown, Message>();
  for (const message of messages)
    if (message.type === "tool_response") responses.set(parsed(message).call_id, message);
  const items: TurnItem[] = [];
  for (const message of messages) {
    if (message.type === "function_call")
      items.push(toolItem(message, responses.get(parsed(message).call_id)));
    else if (message.type === "answer") items.push({ kind: "answer", message });
  }
  return { runId, items };
}

function turn(source: readonly Message[]): ChatTurn {
  const question = source.find(({ type }) => type === "question");
  const rest = source.filter(({ type }) => type !== "question" && type !== "verbose");
  const runs = [...new Set(rest.map(({ run_id }) => run_id))];
  const lastRun = runs.at(-1);
  return {
    key: source[0]?.id ?? "",
    sectionId: source[0]?.section_id ?? "",
    question,
    attempts: runs.map((id) =>
      attempt(
        id,
        rest.filter((message) => message.run_id === id),
      ),
    ),
    followUps: rest
      .filter((message) => message.type === "follow_up" && message.run_id === lastRun)
      .map(textOf),
    source,
  };
}

const same = (a: readonly Message[], b: readonly Message[]): boolean =>
  a.length === b.length && a.every((message, at) => message === b[at]);

/** Which messages belong together: by the question's run, else by place. */
function groups(messages: readonly Message[]): Message[][] {
  const all: Message[][] = [];
  const byRun = new Map<Id, Message[]>();
  for (const message of messages) {
    const own = message.run_id === null ? undefined : byRun.get(message.run_id);
    if (message.type === "question" || (own === undefined && all.length === 0)) {
      const group = [message];
      all.push(group);
      if (message.run_id !== null) byRun.set(message.run_id, group);
      continue;
    }
    const group = own ?? all[all.length - 1] ?? [];
    group.push(message);
    if (message.run_id !== null) byRun.set(message.run_id, group);
  }
  return all;
}

/** The turns of these messages; those of `before` that are the same are kept. */
export function toTurns(
  messages: readonly Message[],
  before: readonly ChatTurn[] = [],
): readonly ChatTurn[] {
  const kept = new Map(before.map((item) => [item.key, item]));
  return groups(messages).map((source) => {
    const old = kept.get(source[0]?.id ?? "");
    return old && same(old.source, source) ? old : turn(source);
  });
}
