/**
 * Server-sent events over fetch: POST streams (a turn), GET streams (a run's
 * events), and a follower that re-connects with `Last-Event-ID`.
 */
import { path, request, type CallOptions } from "./client";
import { ApiError, errorFromBody } from "./errors";
import type { Id, RunEvent } from "./types";

export interface SseFrame {
  id: string | undefined;
  event: string;
  data: string;
}

/** Cuts a byte stream's text into frames; chunks may end anywhere. */
export class SseParser {
  private buffer = "";
  private id: string | undefined;
  private event = "";
  private data: string[] = [];

  push(chunk: string): SseFrame[] {
    this.buffer += chunk;
    const frames: SseFrame[] = [];
    for (;;) {
      const end = this.buffer.search(/[\r\n]/);
      if (end < 0) return frames;
      // A lone CR at the very end may be the first half of CR LF.
      if (this.buffer[end] === "\r" && end === this.buffer.length - 1) return frames;
      const width = this.buffer.startsWith("\r\n", end) ? 2 : 1;
      const line = this.buffer.slice(0, end);
      this.buffer = this.buffer.slice(end + width);
      const frame = this.line(line);
      if (frame) frames.push(frame);
    }
  }

  private line(line: string): SseFrame | undefined {
    if (line === "") {
      const frame =
        this.data.length > 0
          ? { id: this.id, event: this.event || "message", data: this.data.join("\n") }
          : undefined;
      this.event = "";
      this.data = [];
      return frame;
    }
    // A line that starts with a colon is a comment: the heartbeat.
    if (line.startsWith(":")) return undefined;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.id = value;
    return undefined;
  }
}

/** The server says something every 15 seconds; after this long the connection is dead. */
export const SILENCE_MS = 40_000;

/** Rejects when nothing comes: a connection that broke without a word never ends by itself. */
async function orSilence<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new ApiError({ status: 0, code: "network", message: "The connection went silent." })),
      SILENCE_MS,
    );
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Frames of one response, until it ends. */
export async function* readFrames(response: Response): AsyncGenerator<SseFrame> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await orSilence(reader.read());
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const FINAL = new Set(["run.completed", "run.failed", "run.cancelled", "run.requires_action"]);

export const endsRun = (event: RunEvent): boolean => FINAL.has(event.event);

const openStream = (method: "GET" | "POST", path: string, options: CallOptions) =>
  request(method, path, {
    ...options,
    headers: { accept: "text/event-stream", ...options.headers },
  });

interface FollowState {
  runId: Id | undefined;
  lastId: string | undefined;
  ended: boolean;
  onId?: (id: string) => void;
}

async function* events(response: Response, state: FollowState): AsyncGenerator<RunEvent> {
  for await (const frame of readFrames(response)) {
    if (frame.id !== undefined) {
      state.lastId = frame.id;
      state.onId?.(frame.id);
    }
    const data: unknown = JSON.parse(frame.data);
    if (frame.event === "error") throw errorFromBody(response.status, data);
    const event = { event: frame.event, data } as RunEvent;
    if ("run" in event.data) state.runId = event.data.run.id;
    // A run that waited and went on has a later event that is not an end.
    state.ended = endsRun(event);
    yield event;
  }
}

const RETRY_MS = [300, 1_000, 2_000, 4_000, 8_000];

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });

async function* follow(
  first: (() => Promise<Response>) | undefined,
  state: FollowState,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent> {
  let attempt = 0;
  let open = first;
  while (!state.ended && !signal?.aborted) {
    try {
      const response = await (open
        ? open()
        : openStream("GET", path("runs", state.runId ?? "", "events"), {
            signal,
            headers: state.lastId === undefined ? {} : { "last-event-id": state.lastId },
          }));
      for await (const event of events(response, state)) {
        attempt = 0;
        yield event;
      }
      if (state.ended) return;
    } catch (thrown) {
      if (signal?.aborted) return;
      // The server refused (an answer came): trying again changes nothing.
      if (thrown instanceof ApiError && thrown.status >= 400 && thrown.status < 500) throw thrown;
      if (state.runId === undefined || attempt >= RETRY_MS.length) throw thrown;
    }
    if (state.runId === undefined)
      throw new ApiError({
        status: 0,
        code: "stream_ended",
        message: "The answer ended before it began.",
      });
    // From here on the run exists: never send the POST twice.
    open = undefined;
    if (attempt >= RETRY_MS.length)
      throw new ApiError({ status: 0, code: "network", message: "The connection was lost." });
    await pause(RETRY_MS[attempt++] ?? 8_000, signal);
  }
}

/**
 * POSTs a turn (or regenerate, or tool outputs) and yields the run's events
 * until it ends or waits for an action; a lost connection is taken up again.
 */
export function startRun(
  path: string,
  body: unknown,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent> {
  const first = () => openStream("POST", path, { body, signal });
  return follow(first, { runId: undefined, lastId: undefined, ended: false }, signal);
}

/**
 * Yields the events of a run, from the beginning or after `afterId`; `onId` is told the number to
 * come back with.
 */
export function followRun(
  runId: Id,
  { afterId, signal, onId }: { afterId?: string; signal?: AbortSignal; onId?: (id: string) => void } = {},
): AsyncGenerator<RunEvent> {
  return follow(undefined, { runId, lastId: afterId, ended: false, onId }, signal);
}
