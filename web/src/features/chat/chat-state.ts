/**
 * What a conversation's view knows, and how the events of a run change it.
 * Pure: the same events in any division into batches, or sent again after a
 * lost connection, give the same state.
 */
import type { Id, Message, MessagePage, Run, RunEvent, Step } from "@/api/types";

export interface ChatState {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Older messages are on the server. */
  readonly hasMore: boolean;
  /** Runs that the events told of, by id. */
  readonly runs: Readonly<Record<Id, Run>>;
  /** Their steps, in order. */
  readonly steps: Readonly<Record<Id, readonly Step[]>>;
  /** The run that the events are about. */
  readonly runId: Id | undefined;
}

export const emptyState: ChatState = {
  messages: [],
  hasMore: false,
  runs: {},
  steps: {},
  runId: undefined,
};

/** An own question that the server has not acknowledged yet. */
export const isLocal = (message: Message): boolean => message.id.startsWith("local-");

export function textOf(message: Message): string {
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** Whether the run is neither ended nor at rest. */
export const isBusy = (run: Run | undefined): boolean =>
  run !== undefined && (run.status === "queued" || run.status === "running");

const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

interface Lengths {
  text: number;
  reasoning: number;
}
// Counting a long answer for every piece would be quadratic.
const known = new WeakMap<Message, Lengths>();
const lengthsOf = (message: Message): Lengths =>
  known.get(message) ?? {
    text: codePoints(textOf(message)),
    reasoning: codePoints(message.reasoning ?? ""),
  };

/** What of a piece lies beyond the text that is there already. */
function beyond(piece: string, offset: number | undefined, have: number): string {
  if (offset === undefined || offset >= have) return piece;
  return [...piece].slice(have - offset).join("");
}

const last = <T>(items: readonly T[], test: (item: T) => boolean): number =>
  items.findLastIndex(test);

/** The state while a batch is applied: copied once, then changed in place. */
class Draft {
  readonly messages: Message[];
  readonly runs: Record<Id, Run>;
  readonly steps: Record<Id, readonly Step[]>;
  runId: Id | undefined;

  constructor(private readonly before: ChatState) {
    this.messages = [...before.messages];
    this.runs = { ...before.runs };
    this.steps = { ...before.steps };
    this.runId = before.runId;
  }

  finish(): ChatState {
    const { messages, runs, steps, runId } = this;
    return { messages, runs, steps, runId, hasMore: this.before.hasMore };
  }

  apply({ event, data }: RunEvent): void {
    switch (event) {
      case "run.created":
        this.run(data.run);
        if (data.question) this.question(data.question);
        return;
      case "message.delta":
        return this.delta(data);
      case "message.reset":
        return this.reset(data.message_id);
      case "message.completed":
        return this.put(data.message);
      case "step.started":
      case "step.completed":
        return this.step(data.step);
      case "run.started":
      case "run.requires_action":
        return this.run(data.run);
      case "run.completed":
        return this.end(data.run, "completed");
      case "run.failed":
      case "run.cancelled":
        return this.end(data.run, "interrupted");
    }
  }

  private run(run: Run): void {
    this.runs[run.id] = run;
    this.runId = run.id;
  }

  /** A run that ended leaves nothing half-written behind. */
  private end(run: Run, status: Message["status"]): void {
    this.run(run);
    this.messages.forEach((message, at) => {
      if (message.run_id === run.id && message.status === "streaming")
        this.messages[at] = { ...message, status };
    });
  }

  private question(message: Message): void {
    const local = last(this.messages, isLocal);
    if (local >= 0) this.messages.splice(local, 1);
    this.put(message);
  }

  private put(message: Message): void {
    const at = last(this.messages, ({ id }) => id === message.id);
    if (at < 0) this.messages.push(message);
    else this.messages[at] = message;
  }

  private delta(data: Extract<RunEvent, { event: "message.delta" }>["data"]): void {
    let at = last(this.messages, ({ id }) => id === data.message_id);
    if (at < 0) at = this.messages.push(this.begun(data.message_id)) - 1;
    const message = this.messages[at];
    // Sent again after the whole message: nothing new.
    if (message === undefined || message.status !== "streaming") return;
    const have = lengthsOf(message);
    const text = beyond(data.text ?? "", data.offset, have.text);
    const reasoning = beyond(data.reasoning ?? "", data.reasoning_offset, have.reasoning);
    if (text === "" && reasoning === "") return;
    const next: Message = {
      ...message,
      content: [{ type: "text", text: textOf(message) + text }],
      reasoning: (message.reasoning ?? "") + reasoning,
    };
    known.set(next, {
      text: have.text + codePoints(text),
      reasoning: have.reasoning + codePoints(reasoning),
    });
    this.messages[at] = next;
  }

  private reset(id: Id): void {
    const at = last(this.messages, (message) => message.id === id);
    const message = this.messages[at];
    if (message)
      this.messages[at] = {
        ...message,
        status: "streaming",
        content: [{ type: "text", text: "" }],
        reasoning: "",
      };
  }

  /** The answer of which only pieces are known so far. */
  private begun(id: Id): Message {
    const run = this.runId === undefined ? undefined : this.runs[this.runId];
    const now = new Date().toISOString();
    return {
      id,
      conversation_id: run?.conversation_id ?? "",
      run_id: run?.id ?? null,
      section_id: this.messages.at(-1)?.section_id ?? "",
      role: "assistant",
      type: "answer",
      content: [{ type: "text", text: "" }],
      reasoning: "",
      status: "streaming",
      feedback: null,
      meta: {},
      created_at: now,
      updated_at: now,
    };
  }

  private step(step: Step): void {
    if (this.runId === undefined) return;
    const steps = [...(this.steps[this.runId] ?? [])];
    const at = steps.findIndex(({ seq }) => seq === step.seq);
    if (at < 0) steps.push(step);
    else steps[at] = step;
    this.steps[this.runId] = steps;
  }
}

/** The state after these events. */
export function applyEvents(state: ChatState, events: readonly RunEvent[]): ChatState {
  if (events.length === 0) return state;
  const draft = new Draft(state);
  for (const event of events) draft.apply(event);
  return draft.finish();
}

/** A page of older messages, before those that are there. */
export function prependPage(state: ChatState, page: MessagePage): ChatState {
  const there = new Set(state.messages.map(({ id }) => id));
  const older = page.items.filter(({ id }) => !there.has(id));
  return { ...state, messages: [...older, ...state.messages], hasMore: page.has_more };
}

/** One message as the server has it now: feedback. */
export function replaceMessage(state: ChatState, message: Message): ChatState {
  return {
    ...state,
    messages: state.messages.map((item) => (item.id === message.id ? message : item)),
  };
}
