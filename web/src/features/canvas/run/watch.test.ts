import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Run, RunDetail, RunEvent, Step } from "@/api/types";
import { RunWatch, type RunApi, type WatchView } from "./watch";

const step = (seq: number, status: Step["status"]) =>
  ({
    seq,
    kind: "node",
    name: "n",
    status,
    attempt: 1,
    error: null,
    duration_ms: null,
    started_at: "2026-01-01T00:00:00Z",
    finished_at: status === "running" ? null : "2026-01-01T00:00:01Z",
    node: { id: `n${seq}`, kind: "x", path: "" },
  }) as Step;
const detail = (status: Run["status"], ...steps: Step[]) =>
  ({ id: "1", status, error: null, required_action: null, finished_at: null, steps }) as unknown as RunDetail;
const ended = (seq: number): RunEvent => ({ event: "step.completed", data: { step: step(seq, "completed") } });
const over = (status: "completed" | "requires_action"): RunEvent =>
  ({ event: `run.${status}`, data: { run: detail(status) } }) as RunEvent;

/** A server whose streams are written by the test. */
function fake() {
  const streams: { push: (event: RunEvent, id: string) => void; end: (error?: Error) => void; afterId?: string }[] = [];
  const answers: RunDetail[] = [];
  const api: RunApi = {
    get: async () => answers.length > 1 ? answers.shift()! : answers[0]!,
    follow: (_, { afterId, onId }) => {
      const waiting: { event?: RunEvent; error?: Error }[] = [];
      let wake = () => {};
      streams.push({
        afterId,
        push: (event, id) => {
          onId(id);
          waiting.push({ event });
          wake();
        },
        end: (error) => {
          waiting.push({ error });
          wake();
        },
      });
      return (async function* () {
        for (;;) {
          while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const { event, error } = waiting.shift()!;
          if (error) throw error;
          if (!event) return;
          yield event;
        }
      })();
    },
  };
  const seen: WatchView[] = [];
  const last = () => seen.at(-1)!;
  return { api, streams, answers, seen, last, tell: (view: WatchView) => void seen.push(view) };
}

const settle = () => vi.advanceTimersByTimeAsync(60);

describe("a run that is watched", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("shows what the server has, and its events only once they have caught up", async () => {
    const server = fake();
    server.answers.push(detail("running", step(1, "completed"), step(2, "running")));
    const watch = new RunWatch("1", server.api, server.tell);
    expect(server.last().phase).toBe("loading");
    await settle();
    expect([...server.last().fold.steps.keys()]).toEqual([1, 2]);
    server.streams[0]!.push(ended(1), "3");
    await settle();
    expect(server.last().fold.steps.size).toBe(2);
    server.streams[0]!.push(ended(2), "4");
    server.streams[0]!.push(ended(3), "5");
    await settle();
    expect(server.last().fold.steps.get(2)?.status).toBe("completed");
    expect(server.last().fold.steps.size).toBe(3);
    watch.stop();
  });

  it("asks again what no event tells, and goes on after an answer where it stopped", async () => {
    const server = fake();
    server.answers.push(detail("requires_action", step(1, "waiting")));
    const started = detail("queued") as unknown as Run;
    const watch = new RunWatch("1", server.api, server.tell, { started });
    await settle();
    expect(server.last()).toMatchObject({ phase: "live" });
    server.streams[0]!.push(over("requires_action"), "7");
    server.streams[0]!.end();
    await settle();
    expect(server.last()).toMatchObject({ phase: "rest" });
    expect(server.last().fold.steps.get(1)?.status).toBe("waiting");
    watch.resume();
    await settle();
    expect(server.streams[1]?.afterId).toBe("7");
    server.answers.splice(0, 1, detail("completed", step(1, "completed")));
    server.streams[1]!.end();
    await settle();
    expect(server.last()).toMatchObject({ phase: "rest", fold: { run: { status: "completed" } } });
  });

  it("hears what was told between an answer and the end, however fast that came", async () => {
    const server = fake();
    server.answers.push(detail("requires_action", step(1, "waiting")));
    const watch = new RunWatch("1", server.api, server.tell, { started: detail("queued") as unknown as Run });
    await settle();
    server.streams[0]!.push(over("requires_action"), "7");
    server.streams[0]!.end();
    await settle();
    server.answers.splice(0, 1, detail("completed", step(1, "completed")));
    watch.resume();
    await settle();
    expect(server.streams).toHaveLength(2);
    watch.stop();
  });

  it("finds out that somebody else answered", async () => {
    const server = fake();
    server.answers.push(detail("requires_action", step(1, "waiting")));
    new RunWatch("1", server.api, server.tell, { started: detail("queued") as unknown as Run });
    await settle();
    server.streams[0]!.end();
    await settle();
    server.answers.splice(0, 1, detail("running", step(1, "running")));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.streams).toHaveLength(2);
    expect(server.last().phase).toBe("live");
  });

  it("does not follow a run that has told all", async () => {
    const server = fake();
    server.answers.push(detail("completed", step(1, "completed")));
    const watch = new RunWatch("1", server.api, server.tell);
    await settle();
    server.streams[0]!.push(over("completed"), "9");
    server.streams[0]!.end();
    await settle();
    expect(server.last().phase).toBe("rest");
    watch.resume();
    await settle();
    expect(server.streams).toHaveLength(1);
    expect(server.last().phase).toBe("rest");
  });

  it("says when the connection is lost, and can take it up again", async () => {
    const server = fake();
    server.answers.push(detail("running"));
    const watch = new RunWatch("1", server.api, server.tell);
    await settle();
    server.streams[0]!.push(ended(1), "2");
    server.streams[0]!.end(new Error("gone"));
    await settle();
    expect(server.last()).toMatchObject({ phase: "lost", error: { message: "gone" } });
    watch.resume();
    await settle();
    expect(server.streams[1]?.afterId).toBe("2");
    expect(server.last().phase).toBe("live");
    watch.stop();
  });

  it("is silent once it is stopped", async () => {
    const server = fake();
    server.answers.push(detail("running"));
    const watch = new RunWatch("1", server.api, server.tell);
    await settle();
    watch.stop();
    const before = server.seen.length;
    server.streams[0]!.push(ended(1), "2");
    server.streams[0]!.end();
    await settle();
    expect(server.seen).toHaveLength(before);
  });
});
