import { describe, expect, it } from "vitest";
import type { Workflow, WorkflowDraft } from "@/api/types";
import { nodeOf, viewOf } from "@/graph/document";
import { document, kinds, node } from "@/graph/testkit";
import { createEditorStore } from "../store";
import { nudge } from "./commands";

const open = () => {
  const nodes = {
    g: node("comment", { view: { x: 0, y: 0, width: 400, height: 300 } }),
    inside: node("text", { view: { x: 20, y: 60 } }),
    beside: node("text", { view: { x: 410, y: 60 } }),
  };
  const draft = { document: document(nodes), revision: 1, findings: [] } as unknown as WorkflowDraft;
  const server = { load: () => Promise.resolve(draft), save: () => Promise.resolve(draft) };
  const editor = createEditorStore({ workflow: { id: "1" } as Workflow, draft, kinds, readonly: false, server });
  const at = (id: string) => viewOf(nodeOf(editor.getState().document, id)!).x;
  return { editor, places: () => ["g", "inside", "beside"].map(at) };
};

describe("a group moved by the keyboard", () => {
  it("takes along what it held at first, not what it passes over", () => {
    const { editor, places } = open();
    editor.getState().select(["g"]);
    for (let n = 0; n < 30; n++) nudge(editor, { x: 16, y: 0 });
    expect(places()).toEqual([480, 500, 410]);
    editor.getState().undo();
    expect(places()).toEqual([0, 20, 410]);
    editor.stop();
  });

  it("holds what lies in it when it is taken anew", () => {
    const { editor, places } = open();
    editor.getState().select(["g"]);
    nudge(editor, { x: 300, y: 0 });
    editor.getState().select(["g"]);
    nudge(editor, { x: 10, y: 0 });
    expect(places()).toEqual([310, 330, 420]);
    editor.stop();
  });
});
