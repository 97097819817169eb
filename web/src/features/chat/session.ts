/**
 * One conversation while it is open: its messages, the run under way, and what
 * can be done. Lives outside of React, so that a stream survives navigation
 * between pages and its events are drawn once a frame.
 */
import { toApiError, type ApiError } from "@/api/errors";
import { followRun, startRun } from "@/api/sse";
import { path } from "@/api/client";
import type { ContentPart, Conversation, Id, Message, RunEvent, ToolOutput } from "@/api/types";
import {
  applyEvents,
  emptyState,
  isBusy,
  isLocal,
  prependPage,
  replaceMessage,
  type ChatState,
} from "./chat-state";
import * as server from "./queries";
import { toTurns, type ChatTurn } from "./turns";

export interface ChatView extends ChatState {
  readonly phase: "loading" | "ready" | "failed";
  readonly conversation: Conversation | undefined;
  readonly turns: readonly ChatTurn[];
  /** A stream is open, or is about to be. */
  readonly streaming: boolean;
  /** Asked to stop, and not stopped yet. */
  readonly stopping: boolean;
  readonly loadingOlder: boolean;
  /** The last failure; the next act clears it. */
  readonly error: ApiError | undefined;
  /** What was not sent, for another try. */
  readonly unsent: readonly ContentPart[] | undefined;
}

export interface SendOptions {
  variables?: Record<string, string>;
}

const initial: ChatView = {
  ...emptyState,
  phase: "loading",
  conversation: undefined,
  turns: [],
  streaming: false,
  stopping: false,
  loadingOlder: false,
  error: undefined,
  unsent: undefined,
};

let localIds = 0;

export class ChatSession {
  private view: ChatView = initial;
  private readonly listeners = new Set<() => void>();
  private waiting: RunEvent[] = [];
  private scheduled = false;
  private stream: AbortController | undefined;
  private closed = false;
  /** Called when the list of conversations may have changed. */
  onChange: () => void = () => {};

  constructor(
    private id: Id | undefined,
    private readonly create: (() => Promise<Conversation>) | undefined,
  ) {
    if (id === undefined) this.set({ phase: "ready" });
    else void this.load();
  }

  getView = (): ChatView => this.view;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get conversationId(): Id | undefined {
    return this.id;
  }

  /** Reads the conversation, and joins the run that is under way in it. */
  load = async (): Promise<void> => {
    const id = this.id;
    if (id === undefined) return;
    this.set({ error: undefined });
    try {
      const [conversation, page] = await Promise.all([
        server.getConversation(id),
        server.getMessages(id, undefined),
      ]);
      if (this.closed) return;
      this.change(prependPage({ ...emptyState, runs: this.view.runs, steps: this.view.steps }, page));
      this.set({ phase: "ready", conversation, unsent: undefined });
      const { active_run_id } = conversation;
      if (active_run_id !== null) void this.run(() => followRun(active_run_id, this.signal()));
    } catch (thrown) {
      this.set({ phase: this.view.phase === "ready" ? "ready" : "failed", error: toApiError(thrown) });
    }
  };

  loadOlder = async (): Promise<void> => {
    const first = this.view.messages.find((message) => !isLocal(message));
    if (this.id === undefined || !first || this.view.loadingOlder) return;
    this.set({ loadingOlder: true });
    try {
      this.change(prependPage(this.view, await server.getMessages(this.id, first.id)));
    } catch (thrown) {
      this.set({ error: toApiError(thrown) });
    } finally {
      this.set({ loadingOlder: false });
    }
  };

  /** Asks; shows the question at once. */
  send = async (content: readonly ContentPart[], options: SendOptions = {}): Promise<void> => {
    if (this.view.streaming) return;
    this.set({ streaming: true, error: undefined, unsent: undefined });
    const local = this.localQuestion(content);
    this.change({ ...this.view, messages: [...this.view.messages, local] });
    try {
      const id = await this.ensure();
      const body = { content, variables: options.variables };
      await this.run(() => startRun(path("conversations", id, "turns"), body, this.signal().signal));
    } catch (thrown) {
      this.set({ streaming: false, error: toApiError(thrown) });
    }
    if (this.view.messages.includes(local)) this.takeBack(local, content);
  };

  /** Sends again what did not reach the server. */
  retry = (): void => {
    const { unsent } = this.view;
    if (unsent) void this.send(unsent);
  };

  regenerate = (messageId: Id): Promise<void> =>
    this.run(() => startRun(path("messages", messageId, "regenerate"), {}, this.signal().signal));

  /** Answers a run that waits for approval or for a client's tool. */
  submit = (runId: Id, outputs: ToolOutput[]): Promise<void> =>
    this.run(() => startRun(path("runs", runId, "tool-outputs"), { outputs }, this.signal().signal));

  stop = async (): Promise<void> => {
    const { runId } = this.view;
    if (runId === undefined) return;
    this.set({ stopping: true });
    try {
      const run = await server.cancelRun(runId);
      // A run that waited has no stream that would tell.
      if (!this.view.streaming) this.receive({ event: "run.cancelled", data: { run } });
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code !== "run_finished") this.set({ error });
    } finally {
      if (!this.view.streaming) this.set({ stopping: false });
    }
  };

  feedback = async (messageId: Id, rating: "up" | "down" | null): Promise<void> => {
    try {
      this.change(replaceMessage(this.view, await server.sendFeedback(messageId, rating)));
    } catch (thrown) {
      this.set({ error: toApiError(thrown) });
    }
  };

  /** The model forgets what was said so far; the messages stay. */
  clear = async (): Promise<void> => {
    const { conversation } = this.view;
    if (!conversation) return;
    try {
      const { section_id } = await server.clearConversation(conversation.id);
      this.set({ conversation: { ...conversation, section_id } });
    } catch (thrown) {
      this.set({ error: toApiError(thrown) });
    }
  };

  dismissError = (): void => this.set({ error: undefined });

  /** Stops listening; the run goes on at the server. */
  close(): void {
    this.closed = true;
    this.stream?.abort();
  }

  private signal(): { signal: AbortSignal } {
    this.stream ??= new AbortController();
    return { signal: this.stream.signal };
  }

  private async ensure(): Promise<Id> {
    if (this.id !== undefined) return this.id;
    if (!this.create) throw new Error("no conversation");
    const conversation = await this.create();
    this.id = conversation.id;
    this.set({ conversation });
    this.onChange();
    return conversation.id;
  }

  private async run(open: () => AsyncGenerator<RunEvent>): Promise<void> {
    this.stream?.abort();
    this.stream = undefined;
    this.set({ streaming: true, stopping: false, error: undefined });
    const events = open();
    const mine = this.stream;
    try {
      for await (const event of events) this.receive(event);
    } catch (thrown) {
      if (!this.closed) this.set({ error: toApiError(thrown) });
    } finally {
      if (this.stream === mine) {
        this.flush();
        this.set({ streaming: false, stopping: false });
        if (!this.closed) this.onChange();
      }
    }
  }

  private receive(event: RunEvent): void {
    this.waiting.push(event);
    if (event.event === "run.created") this.onChange();
    if (this.scheduled) return;
    this.scheduled = true;
    const draw = () => {
      this.scheduled = false;
      this.flush();
    };
    // A hidden tab has no frames.
    if (document.hidden) setTimeout(draw, 200);
    else requestAnimationFrame(draw);
  }

  private flush(): void {
    const events = this.waiting;
    if (events.length === 0) return;
    this.waiting = [];
    this.change(applyEvents(this.view, events));
  }

  private takeBack(local: Message, content: readonly ContentPart[]): void {
    this.change({ ...this.view, messages: this.view.messages.filter((item) => item !== local) });
    this.set({ unsent: content });
    // No answer came: the question may have arrived all the same.
    if (this.view.error?.status === 0 && this.id !== undefined) {
      const { error } = this.view;
      const before = this.view.messages.at(-1)?.id;
      void this.load().then(() => {
        if (this.view.messages.at(-1)?.id === before && !this.view.streaming)
          this.set({ unsent: content, error });
      });
    }
  }

  private localQuestion(content: readonly ContentPart[]): Message {
    const now = new Date().toISOString();
    const { conversation } = this.view;
    return {
      id: `local-${++localIds}`,
      conversation_id: this.id ?? "",
      run_id: null,
      section_id: conversation?.section_id ?? "",
      role: "user",
      type: "question",
      content: [...content],
      status: "completed",
      feedback: null,
      meta: {},
      created_at: now,
      updated_at: now,
    };
  }

  private change(state: ChatState): void {
    const { messages, hasMore, runs, steps, runId } = state;
    const turns = toTurns(messages, this.view.turns);
    this.set({ messages, hasMore, runs, steps, runId, turns });
  }

  private set(part: Partial<ChatView>): void {
    this.view = { ...this.view, ...part };
    this.listeners.forEach((listener) => listener());
  }
}

/** The run that the conversation is at, if it waits for somebody. */
export function waitingRun(view: ChatView) {
  const run = view.runId === undefined ? undefined : view.runs[view.runId];
  return !view.streaming && run?.status === "requires_action" ? run : undefined;
}

export const runIsBusy = (view: ChatView): boolean =>
  view.streaming || isBusy(view.runId === undefined ? undefined : view.runs[view.runId]);
