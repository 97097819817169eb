import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { Workflow, WorkflowDocument, WorkflowDraft } from "@/api/types";
import { nodeOf } from "@/graph/document";
import { patchNode, removeNodes } from "@/graph/edit";
import { kinds, looped } from "@/graph/testkit";
import { SAVE_AFTER_MS } from "./saving";
import { createEditorStore } from "./store";

class Server {
  document: WorkflowDocument = looped();
  revision = 1;
  who = "Ada";
  saves = 0;
  away = false;
  sealed = 0;
  /** The next save is done, and its answer lost. */
  deaf = false;

  draft = (): WorkflowDraft =>
    ({
      document: structuredClone(this.document),
      revision: this.revision,
      updated_by_name: this.who,
      updated_at: "2026-01-01T00:00:00Z",
      findings: [],
    }) as unknown as WorkflowDraft;
  load = async () => {
    if (this.away) throw new TypeError("fetch failed");
    return this.draft();
  };
  save = async (document: WorkflowDocument, revision: number) => {
    if (this.away) throw new TypeError("fetch failed");
    if (revision !== this.revision) throw new ApiError({ status: 409, code: "draft_changed", message: "" });
    this.saves += 1;
    this.document = this.seal(structuredClone(document));
    this.revision += 1;
    this.who = "Me";
    if (this.deaf) {
      this.deaf = false;
      throw new TypeError("fetch failed");
    }
    return this.draft();
  };
  /** What is typed as a token is sealed, as the server does it: never twice the same. */
  seal = (document: WorkflowDocument) => {
    for (const node of Object.values(document.nodes ?? {})) {
      const token = node.params?.token;
      if (typeof token === "string" && !token.startsWith("sealed:")) node.params = { ...node.params, token: `sealed:v1.${++this.sealed}` };
    }
    return document;
  };
  /** Somebody else saves. */
  other = (change: (document: WorkflowDocument) => WorkflowDocument) => {
    this.document = change(this.document);
    this.revision += 1;
    this.who = "Grace";
  };
}

let server: Server;
const open = (readonly = false) =>
  createEditorStore({ workflow: { id: "1" } as Workflow, draft: server.draft(), kinds, readonly, server });
const named = (id: string, title: string) => (document: WorkflowDocument) => patchNode(document, id, { title });
const said = (id: string, text: string) => (document: WorkflowDocument) => patchNode(document, id, { params: { text } });
const title = (id: string) => nodeOf(server.document, id)?.title;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
});
afterEach(() => vi.useRealTimers());

describe("saving", () => {
  it("follows edits after a moment, once for many", async () => {
    const editor = open();
    editor.getState().edit(named("s", "A"));
    editor.getState().edit(named("s", "B"));
    expect(editor.getState().save.status).toBe("unsaved");
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), server.saves, editor.getState().save.status, editor.getState().save.revision]).toEqual(["B", 1, "saved", 2]);
  });

  it("saves again what was edited while it saved", async () => {
    const editor = open();
    editor.getState().edit(named("s", "A"));
    const first = editor.getState().flush();
    editor.getState().edit(named("s", "B"));
    await first;
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), server.saves, editor.getState().save.status]).toEqual(["B", 2, "saved"]);
  });

  it("keeps trying while the server is away", async () => {
    const editor = open();
    server.away = true;
    editor.getState().edit(named("s", "A"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(editor.getState().save).toMatchObject({ status: "failed", error: { code: "network" } });
    await vi.advanceTimersByTimeAsync(5_000);
    server.away = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect([title("s"), editor.getState().save.status]).toEqual(["A", "saved"]);
  });

  it("knows its own save again when only the answer to it was lost", async () => {
    const editor = open();
    server.deaf = true;
    editor.getState().edit(named("s", "A"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), editor.getState().save.status, editor.getState().save.revision]).toEqual(["A", "failed", 1]);
    // The same node goes on changing: without that memory this is a conflict with oneself.
    editor.getState().edit(named("s", "B"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), server.saves, editor.getState().save.status]).toEqual(["B", 2, "saved"]);
    editor.getState().undo();
    editor.getState().undo();
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), editor.getState().save.status]).toEqual([nodeOf(looped(), "s")?.title, "saved"]);
  });

  it("somebody who saved over a save whose answer was lost is somebody else", async () => {
    const editor = open();
    server.deaf = true;
    editor.getState().edit(named("s", "A"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    server.other(named("s", "Theirs"));
    editor.getState().edit(named("s", "B"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), editor.getState().save.status]).toEqual(["Theirs", "conflict"]);
  });

  it("does nothing for who may only look", () => {
    const editor = open(true);
    editor.getState().edit(named("s", "A"));
    expect(editor.getState()).toMatchObject({ canUndo: false, save: { status: "saved" } });
  });
});

describe("a secret", () => {
  const typed = (token: string) => (document: WorkflowDocument) => patchNode(document, "inner", { params: { token } });
  const token = (document: WorkflowDocument) => nodeOf(document, "inner")?.params?.token;

  it("is taken over sealed, and saved once", async () => {
    const editor = open();
    editor.getState().edit(typed("sk-1"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([token(editor.getState().document), editor.getState().save.status, editor.getState().merged]).toEqual(["sealed:v1.1", "saved", undefined]);
    await editor.getState().flush();
    expect(server.saves).toBe(1);
    editor.getState().edit(named("s", "A"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([token(server.document), server.saves, server.sealed]).toEqual(["sealed:v1.1", 2, 1]);
  });

  it("is undone and redone without being sent again", async () => {
    const editor = open();
    editor.getState().edit(typed("sk-1"));
    editor.getState().edit(named("s", "A"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    editor.getState().undo();
    expect(token(editor.getState().document)).toBe("sealed:v1.1");
    editor.getState().undo();
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(token(server.document)).toBeUndefined();
    editor.getState().redo();
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([token(server.document), server.sealed]).toEqual(["sealed:v1.1", 1]);
  });

  it("that is typed anew while it is saved is not lost", async () => {
    const editor = open();
    editor.getState().edit(typed("sk-1"));
    const first = editor.getState().flush();
    editor.getState().edit(typed("sk-2"));
    await first;
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([token(server.document), token(editor.getState().document), editor.getState().save.status]).toEqual(["sealed:v1.2", "sealed:v1.2", "saved"]);
  });

  it("knows its own save again when only the answer to it was lost", async () => {
    const editor = open();
    server.deaf = true;
    editor.getState().edit(typed("sk-1"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(editor.getState().save.status).toBe("failed");
    editor.getState().edit(named("inner", "B"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([token(server.document), title("inner"), server.sealed, editor.getState().save.status]).toEqual(["sealed:v1.1", "B", 1, "saved"]);
  });

  it("that both typed is a conflict, and what one of them typed is kept", async () => {
    const editor = open();
    editor.getState().edit(typed("mine"));
    server.other((document) => server.seal(typed("theirs")(document)));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(editor.getState().save.status).toBe("conflict");
    await editor.getState().resolve({ inner: "mine" });
    expect([token(server.document), token(editor.getState().document), editor.getState().save.status]).toEqual(["sealed:v1.2", "sealed:v1.2", "saved"]);
  });
});

describe("two people", () => {
  it("who edit different nodes lose nothing, and undo only what is their own", async () => {
    const editor = open();
    editor.getState().edit(named("s", "Mine"));
    server.other(named("e", "Theirs"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), title("e"), editor.getState().save.status]).toEqual(["Mine", "Theirs", "saved"]);
    expect(editor.getState().merged).toEqual({ by: "Grace" });
    editor.getState().undo();
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([title("s"), title("e")]).toEqual(["start", "Theirs"]);
  });

  it("who edit the same part choose, and nothing is saved before", async () => {
    const editor = open();
    editor.getState().edit(said("inner", "mine"));
    server.other((document) => named("e", "Theirs")(said("inner", "theirs")(document)));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(editor.getState().save).toMatchObject({ status: "conflict", conflict: { merge: { conflicts: [{ node: "inner" }] } } });
    editor.getState().edit(named("s", "Meanwhile"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(server.saves).toBe(0);
    await editor.getState().resolve({ inner: "theirs" });
    expect([nodeOf(server.document, "inner")?.params, title("s"), title("e")]).toEqual([{ text: "theirs" }, "Meanwhile", "Theirs"]);
    expect(editor.getState().save.status).toBe("saved");
  });

  it("who take a node away and edit it choose, too", async () => {
    const editor = open();
    editor.getState().edit((document) => removeNodes(document, ["last"]));
    server.other(named("last", "Kept"));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    await editor.getState().resolve({ last: "theirs" });
    expect(title("last")).toBe("Kept");
  });

  it("see what others saved when they look again", async () => {
    const editor = open();
    server.other(named("e", "Theirs"));
    await editor.getState().refresh();
    expect([nodeOf(editor.getState().document, "e")?.title, editor.getState().save]).toMatchObject(["Theirs", { status: "saved", revision: 2 }]);
  });
});

describe("the store", () => {
  it("closes and deselects what is gone", () => {
    const editor = open();
    editor.getState().select(["last", "s"]);
    editor.getState().openNode("last");
    editor.getState().edit((document) => removeNodes(document, ["last"]));
    expect(editor.getState()).toMatchObject({ selected: ["s"], open: undefined, canUndo: true });
    editor.getState().undo();
    expect(nodeOf(editor.getState().document, "last")).toBeDefined();
    editor.getState().redo();
    expect(nodeOf(editor.getState().document, "last")).toBeUndefined();
    editor.getState().openNode("gone");
    expect(editor.getState().open).toBeUndefined();
  });
});
