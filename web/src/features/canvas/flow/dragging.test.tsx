import { ReactFlowProvider, type NodePositionChange } from "@xyflow/react";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workflow, WorkflowDraft } from "@/api/types";
import { nodeOf, viewOf, type Point } from "@/graph/document";
import { document as documentOf, kinds, node } from "@/graph/testkit";
import { createEditorStore, EditorContext, type EditorStore } from "../store";
import { createViewStore, ViewContext } from "../view-store";
import { useDragging } from "./useDragging";
import { useElements, type Elements } from "./useElements";

const GROUPED = {
  g: node("comment", { view: { x: 0, y: 0, width: 900, height: 500 } }),
  a: node("text", { view: { x: 20, y: 40 } }),
  l: node("loop", { view: { x: 300, y: 40, width: 500, height: 300 } }),
  body: node("text", { parent: "l", view: { x: 70, y: 90 } }),
  b: node("text", { view: { x: 1000, y: 40 } }),
};

let editor: EditorStore;
let elements: Elements;
let dragging: ReturnType<typeof useDragging>;
let close: () => void;

function Hooks() {
  elements = useElements();
  dragging = useDragging(elements.moving, elements.settle);
  return null;
}

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const draft = { document: documentOf(GROUPED), revision: 1, findings: [] } as unknown as WorkflowDraft;
  const server = { load: () => Promise.resolve(draft), save: () => Promise.resolve(draft) };
  editor = createEditorStore({ workflow: { id: "1" } as Workflow, draft, kinds, readonly: false, server });
  const root = createRoot(document.createElement("div"));
  await act(() =>
    root.render(
      <ReactFlowProvider>
        <EditorContext value={editor}>
          <ViewContext value={createViewStore()}>
            <Hooks />
          </ViewContext>
        </EditorContext>
      </ReactFlowProvider>,
    ),
  );
  close = () => act(() => root.unmount());
});
afterEach(() => {
  editor.stop();
  close();
});

type Places = Record<string, Point>;
const changes = (places: Places, still: boolean) =>
  Object.entries(places).map(([id, position]): NodePositionChange => ({ type: "position", id, position, dragging: still }));
/** As the canvas tells it: a step of the pointer, Alt held or not. */
const step = (places: Places, altKey = false) =>
  act(() => {
    dispatchEvent(new MouseEvent("pointermove", { altKey }));
    elements.onNodesChange(changes(places, true));
  });
const drop = (places: Places) =>
  act(() => {
    elements.onNodesChange(changes(places, false));
    // Far from every container.
    const event = new MouseEvent("mouseup", { clientX: 5000, clientY: 5000 });
    dragging.onDragStop(event as never, undefined as never, []);
  });
const drawn = () => Object.fromEntries(elements.nodes.map(({ id, position }) => [id, position.x]));
const kept = () =>
  Object.fromEntries(Object.keys(GROUPED).map((id) => [id, viewOf(nodeOf(editor.getState().document, id)!).x]));
const BEFORE = { g: 0, a: 20, l: 300, body: 70, b: 1000 };

describe("dragging a group", () => {
  it("takes along what it held, in one step", () => {
    step({ g: { x: 50, y: 0 } });
    step({ g: { x: 400, y: 0 } });
    const after = { g: 400, a: 420, l: 700, body: 70, b: 1000 };
    expect(drawn()).toEqual(after);
    expect(kept()).toEqual(BEFORE);
    drop({ g: { x: 400, y: 0 } });
    expect(kept()).toEqual(after);
    act(() => editor.getState().undo());
    expect(kept()).toEqual(BEFORE);
  });

  it("moves it alone while Alt is held", () => {
    step({ g: { x: 100, y: 0 } });
    step({ g: { x: 120, y: 0 } }, true);
    expect(drawn()).toEqual({ ...BEFORE, g: 120 });
    step({ g: { x: 130, y: 0 } });
    expect(drawn()).toMatchObject({ g: 130, a: 150, l: 430 });
    step({ g: { x: 140, y: 0 } }, true);
    drop({ g: { x: 140, y: 0 } });
    expect(kept()).toEqual({ ...BEFORE, g: 140 });
  });

  it("moves nothing twice that is dragged too", () => {
    const places = { g: { x: 10, y: 0 }, a: { x: 30, y: 40 }, body: { x: 80, y: 90 } };
    step(places);
    drop(places);
    expect(kept()).toEqual({ g: 10, a: 30, l: 310, body: 70, b: 1000 });
  });

  it("takes what lies in it at the next drag", () => {
    step({ g: { x: 200, y: 0 } });
    drop({ g: { x: 200, y: 0 } });
    step({ b: { x: 800, y: 380 } });
    drop({ b: { x: 800, y: 380 } });
    step({ g: { x: 0, y: 0 } });
    drop({ g: { x: 0, y: 0 } });
    expect(kept()).toEqual({ ...BEFORE, b: 600 });
  });
});
