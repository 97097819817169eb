import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/api/types";
import { nodeOf, viewOf } from "@/graph/document";
import { applied, placed } from "./assist";

const doc = (nodes: Record<string, object>, edges: object[] = []) =>
  ({ format: 1, mode: "workflow", nodes, edges }) as unknown as WorkflowDocument;
const base = doc({ start: { kind: "start", view: { x: 40, y: 60 } }, end: { kind: "end", view: { x: 400, y: 60 } } }, [{ from: "start", to: "end" }]);

describe("placed", () => {
  it("nodes that were there stay, whatever the model says", () => {
    const proposed = doc({ start: { kind: "start", view: { x: 9e9, y: 0 } }, end: { kind: "end" }, mid: { kind: "text", view: { x: 40, y: 60 } } });
    const result = placed(base, proposed, new Map());
    expect(viewOf(nodeOf(result, "start")!)).toMatchObject({ x: 40, y: 60 });
    expect(viewOf(nodeOf(result, "end")!)).toMatchObject({ x: 400, y: 60 });
    const mid = viewOf(nodeOf(result, "mid")!);
    expect(mid).not.toMatchObject({ x: 40, y: 60 });
    expect(Number.isFinite(mid.x) && Number.isFinite(mid.y)).toBe(true);
  });

  it("new nodes lie below, each to the right of what leads to it, none on another", () => {
    const chain = ["a", "b", "c"].map((id) => [id, { kind: "text" }]);
    const proposed = doc({ ...base.nodes, ...Object.fromEntries(chain), lone: { kind: "text" } }, [
      { from: "b", to: "c" },
      { from: "start", to: "a" },
      { from: "a", to: "b" },
      { from: "c", to: "a" },
    ]);
    const result = placed(base, proposed, new Map());
    const [a, b, c, lone] = ["a", "b", "c", "lone"].map((id) => viewOf(nodeOf(result, id)!));
    expect(a!.y).toBeGreaterThan(60);
    expect(a!.x < b!.x && b!.x < c!.x).toBe(true);
    expect([b!.y, c!.y]).toEqual([a!.y, a!.y]);
    expect(lone).toBeDefined();
  });
});

describe("applied", () => {
  const proposed = doc({ start: { kind: "start", view: { x: 40, y: 60 } }, end: { kind: "end", title: "Done", view: { x: 400, y: 60 } } });

  it("is the proposal when nothing was edited meanwhile", () => expect(applied(base, base, proposed)).toBe(proposed));

  it("keeps what was edited meanwhile", () => {
    const now = doc({ ...base.nodes, more: { kind: "code" }, start: { kind: "start", title: "Begin", view: { x: 40, y: 60 } } });
    const result = applied(base, now, proposed);
    expect(Object.keys(result.nodes ?? {}).sort()).toEqual(["end", "more", "start"]);
    expect(nodeOf(result, "start")?.title).toBe("Begin");
    expect(nodeOf(result, "end")?.title).toBe("Done");
  });
});
