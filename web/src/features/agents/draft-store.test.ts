import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { AgentConfig, AgentDraft } from "@/api/types";
import { DraftStore, SAVE_AFTER_MS } from "./draft-store";

const config = (prompt: string) => ({ prompt }) as AgentConfig;
const draft = (prompt: string, revision: number): AgentDraft => ({
  config: config(prompt),
  revision,
  updated_at: "",
  problems: [],
});

/** A server that holds one draft and refuses an old revision. */
function fakeServer() {
  let stored = draft("old", 1);
  const save = vi.fn(async (next: AgentConfig, revision: number) => {
    if (revision !== stored.revision)
      throw new ApiError({ status: 409, code: "draft_changed", message: "changed" });
    stored = { ...stored, config: next, revision: revision + 1 };
    return stored;
  });
  return {
    save,
    load: async () => stored,
    changeElsewhere: () => (stored = draft("theirs", stored.revision + 1)),
    stored: () => stored,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the draft", () => {
  it("is saved once, a moment after the last of several edits", async () => {
    const server = fakeServer();
    const store = new DraftStore(draft("old", 1), server);
    store.edit({ prompt: "a" });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS / 2);
    store.edit({ prompt: "ab" });
    expect(store.getView().status).toBe("unsaved");
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(server.save).toHaveBeenCalledTimes(1);
    expect(server.stored().config.prompt).toBe("ab");
    expect(store.getView().status).toBe("saved");
  });

  it("sends what was typed while a save was under way", async () => {
    const server = fakeServer();
    const store = new DraftStore(draft("old", 1), server);
    store.edit({ prompt: "a" });
    const flushed = store.flush();
    store.edit({ prompt: "ab" });
    await flushed;
    expect(server.stored().config.prompt).toBe("ab");
    expect(store.getView().status).toBe("saved");
  });

  it("stops at a conflict until somebody chooses", async () => {
    const server = fakeServer();
    const store = new DraftStore(draft("old", 1), server);
    server.changeElsewhere();
    store.edit({ prompt: "mine" });
    await expect(store.flush()).rejects.toThrow("changed");
    expect(store.getView().status).toBe("conflict");
    store.edit({ prompt: "mine!" });
    await vi.advanceTimersByTimeAsync(10 * SAVE_AFTER_MS);
    expect(server.save).toHaveBeenCalledTimes(1);
    expect(server.stored().config.prompt).toBe("theirs");
  });

  it("overwrites with mine, or takes theirs", async () => {
    for (const keep of ["mine", "theirs"] as const) {
      const server = fakeServer();
      const store = new DraftStore(draft("old", 1), server);
      server.changeElsewhere();
      store.edit({ prompt: "mine" });
      await store.flush().catch(() => {});
      await store.resolve(keep);
      expect(store.getView()).toMatchObject({ status: "saved", config: { prompt: keep } });
      expect(server.stored().config.prompt).toBe(keep);
    }
  });
});
