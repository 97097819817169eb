// @vitest-environment node
import { afterEach, describe, expect, it, vi } from "vitest";
import { followRun, SILENCE_MS, SseParser, startRun } from "./sse";

const parse = (...chunks: string[]) => {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

describe("SseParser", () => {
  it("reads id, event and data", () => {
    expect(parse('id: 7\nevent: run.started\ndata: {"a":1}\n\n')).toEqual([
      { id: "7", event: "run.started", data: '{"a":1}' },
    ]);
  });

  it("takes a frame cut anywhere, CR LF too", () => {
    const text = "id: 1\r\nevent: a\r\ndata: 你好\r\n\r\nevent: b\r\ndata: 2\r\n\r\n";
    const frames = parse(...text);
    expect(frames.map(({ event, data }) => [event, data])).toEqual([
      ["a", "你好"],
      ["b", "2"],
    ]);
  });

  it("passes over heartbeats and joins data lines", () => {
    expect(parse(": ping\n\n", "data: one\ndata: two\n\n")).toEqual([
      { id: undefined, event: "message", data: "one\ntwo" },
    ]);
  });

  it("keeps an unfinished frame back", () => {
    expect(parse("event: a\ndata: 1\n")).toEqual([]);
  });
});

const run = { id: "42" };
const frame = (id: number, event: string) =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ run })}\n\n`;
const answer = (...frames: string[]) => new Response(frames.join(""));

describe("following a run", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("takes a connection that fell silent for dead and opens another", async () => {
    vi.useFakeTimers();
    // Says one thing, then nothing more, and never ends.
    const silent = new Response(
      new ReadableStream({
        start: (stream) => stream.enqueue(new TextEncoder().encode(frame(1, "run.started"))),
      }),
    );
    const fetch = vi
      .fn<(url: string, init: RequestInit) => Promise<Response>>()
      .mockResolvedValueOnce(silent)
      .mockResolvedValueOnce(answer(frame(2, "run.completed")));
    vi.stubGlobal("fetch", fetch);
    const names = collect(followRun("42"));
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 1_000);
    expect(await names).toEqual(["run.started", "run.completed"]);
    expect(fetch.mock.calls[1]?.[1].headers).toMatchObject({ "last-event-id": "1" });
  });

  const collect = async (stream: AsyncIterable<{ event: string }>) => {
    const names: string[] = [];
    for await (const { event } of stream) names.push(event);
    return names;
  };

  it("takes a lost POST stream up by GET with the last id, never by a second POST", async () => {
    const fetch = vi
      .fn<(url: string, init: RequestInit) => Promise<Response>>()
      .mockResolvedValueOnce(answer(frame(1, "run.created"), frame(2, "run.started")))
      .mockResolvedValueOnce(answer(frame(3, "run.completed")));
    vi.stubGlobal("fetch", fetch);
    const names = await collect(startRun("/conversations/9/turns", { content: "hi" }));
    expect(names).toEqual(["run.created", "run.started", "run.completed"]);
    expect(fetch.mock.calls.map(([url, { method }]) => [method, url])).toEqual([
      ["POST", "/api/v1/conversations/9/turns"],
      ["GET", "/api/v1/runs/42/events"],
    ]);
    expect(fetch.mock.calls[1]?.[1].headers).toMatchObject({ "last-event-id": "2" });
  });

  it("goes on after an action that was waited for earlier", async () => {
    const past = answer(
      frame(1, "run.requires_action"),
      frame(2, "run.started"),
      frame(3, "run.completed"),
    );
    vi.stubGlobal("fetch", vi.fn().mockResolvedValueOnce(past));
    expect(await collect(followRun("42"))).toHaveLength(3);
  });

  it("throws a refusal at once", async () => {
    const body = { error: { code: "conversation_busy", message: "Busy.", log_id: "L1" } };
    const fetch = vi.fn().mockResolvedValue(Response.json(body, { status: 409 }));
    vi.stubGlobal("fetch", fetch);
    await expect(collect(startRun("/x", {}))).rejects.toMatchObject({
      code: "conversation_busy",
      status: 409,
      logId: "L1",
    });
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
