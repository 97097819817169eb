import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/api/types";
import { edgeKey, edgesOf, nodeOf, nodesOf, viewOf } from "./document";
import { addNode, connect, disconnect, duplicate, insertOnEdge, moveNodes, patchNode, removeNodes, setParent } from "./edit";
import { geometryOf } from "./geometry";
import { autoLayout } from "./layout";
import { absolute, placeMissing, rectOf, sizeOf } from "./place";
import { document, kinds, looped, node } from "./testkit";

const keys = (of: WorkflowDocument) => edgesOf(of).map(edgeKey);
const at = { x: 10, y: 20 };

describe("adding", () => {
  it("begins with what the kind asks for", () => {
    const { document: made, id } = addNode(looped(), kinds, "http", { at });
    expect(id).toMatch(/^http_[a-z0-9]{5}$/);
    expect(nodeOf(made, id)).toMatchObject({
      title: "Http",
      params: { method: "GET", headers: [], timeout: 30 },
      inputs: [{ name: "url", type: "string" }],
      view: at,
    });
    expect(nodeOf(made, id)?.params).not.toHaveProperty("auth");
  });

  it("numbers titles and makes room in containers", () => {
    const first = addNode(looped(), kinds, "model", { at });
    const second = addNode(first.document, kinds, "model", { at: { x: 900, y: 90 }, parent: "l" });
    expect(nodeOf(second.document, second.id)?.title).toBe("Model 2");
    expect(viewOf(nodeOf(second.document, "l")!).width).toBeGreaterThan(1100);
  });

  it("takes a kind that nobody knows", () => {
    const { document: made, id } = addNode(looped(), kinds, "strange", { at });
    expect(nodeOf(made, id)).toMatchObject({ kind: "strange", title: "strange" });
  });
});

describe("taking away", () => {
  it("takes what lies inside and the edges along; the start stays", () => {
    const left = removeNodes(looped(), ["l", "s", "gone"]);
    expect(Object.keys(nodesOf(left))).toEqual(["s", "e"]);
    expect(keys(left)).toEqual([]);
  });

  it("changes nothing when there is nothing", () => {
    const made = looped();
    expect(removeNodes(made, ["gone"])).toBe(made);
    expect(disconnect(made, ["no such"])).toBe(made);
    expect(connect(made, "s", "out", "l")).toBe(made);
    expect(moveNodes(made, { gone: { x: 1 } })).toBe(made);
  });
});

it("drops edges from branches that are gone", () => {
  const made = document({ c: node("condition", { params: { branches: [{}, {}] } }), a: node("text") }, "c:branch_1>a", "c:else>a");
  const next = patchNode(made, "c", { params: { branches: [{}] } }, kinds);
  expect(keys(next)).toEqual(["c else a"]);
});

describe("containers", () => {
  it("take nodes in where they lie, and cut what would cross the border", () => {
    const made = document({ s: node("start"), t: node("text", { view: { x: 500, y: 150 } }), l: node("loop", { view: { x: 400, y: 50, width: 600, height: 300 } }), e: node("end") }, "s>t", "t>e");
    const inside = setParent(made, kinds, ["t", "s"], "l");
    expect(nodeOf(inside, "t")).toMatchObject({ parent: "l", view: { x: 100, y: 100 } });
    expect(nodeOf(inside, "s")?.parent).toBeUndefined();
    expect(keys(inside)).toEqual([]);
    expect(absolute(inside, "t")).toEqual({ x: 500, y: 150 });
    const out = setParent(inside, kinds, ["t"], undefined);
    expect(nodeOf(out, "t")).toMatchObject({ view: { x: 500, y: 150 } });
    expect(nodeOf(out, "t")).not.toHaveProperty("parent");
  });

  it("never lie in themselves", () => {
    const made = document({ a: node("loop"), b: node("loop", { parent: "a" }) });
    expect(setParent(made, kinds, ["a"], "b")).toBe(made);
    expect(setParent(made, kinds, ["a"], "a")).toBe(made);
  });
});

describe("a node on an edge", () => {
  it("stands between, and what follows moves aside", () => {
    const made = document({ s: node("start", { view: { x: 0, y: 0 } }), e: node("end", { view: { x: 300, y: 0 } }) }, "s>e");
    const { document: next, id } = insertOnEdge(made, kinds, edgesOf(made)[0]!, "text");
    expect(keys(next)).toEqual([`s out ${id}`, `${id} out e`]);
    expect(viewOf(nodeOf(next, "e")!).x).toBeGreaterThanOrEqual(viewOf(nodeOf(next, id)!).x + 264);
  });

  it("goes into the body at its beginning and end", () => {
    const made = looped();
    const enter = insertOnEdge(made, kinds, edgesOf(made)[1]!, "text");
    expect(nodeOf(enter.document, enter.id)?.parent).toBe("l");
    expect(keys(enter.document)).toContain(`l body ${enter.id}`);
    const leave = insertOnEdge(made, kinds, edgesOf(made)[3]!, "text");
    expect(nodeOf(leave.document, leave.id)?.parent).toBe("l");
    expect(keys(leave.document)).toContain(`${leave.id} out l`);
  });

  it("that has no way out ends there", () => {
    const made = looped();
    const { document: next, id } = insertOnEdge(made, kinds, edgesOf(made)[3]!, "break");
    expect(keys(next).filter((key) => key.includes(id))).toEqual([`last out ${id}`]);
  });
});

describe("copies", () => {
  it("refer to each other, and outside to what is there", () => {
    const { document: made, ids } = duplicate(looped(), kinds, ["l"]);
    expect(ids).toHaveLength(1);
    const copy = nodeOf(made, ids[0]!)!;
    expect(copy.title).toBe("loop 2");
    expect(copy.inputs?.[0]?.value).toEqual({ ref: { node: "s", path: ["topics"] } });
    const inner = Object.entries(nodesOf(made)).filter(([, { parent }]) => parent === ids[0]);
    expect(inner).toHaveLength(2);
    const collect = copy.params?.collect as { from: { node: string } }[];
    expect(inner.map(([id]) => id)).toContain(collect[0]!.from.node);
    expect(edgesOf(made)).toHaveLength(8);
  });

  it("of a node in a container stay in it", () => {
    const { document: made, ids } = duplicate(looped(), kinds, ["inner"]);
    expect(nodeOf(made, ids[0]!)).toMatchObject({ parent: "l", view: { x: 92, y: 122 } });
  });
});

describe("places", () => {
  it("are found for nodes without one", () => {
    const bare = document({ s: node("start"), l: node("loop"), i: node("text", { parent: "l" }), e: node("end"), x: node("text") }, "s>l", "l:body>i", "l>e");
    const made = placeMissing(bare, kinds);
    const rects = ["s", "l", "e", "x"].map((id) => rectOf(made, kinds, id));
    for (const [at1, a] of rects.entries())
      for (const b of rects.slice(at1 + 1))
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    expect(viewOf(nodeOf(made, "i")!).y).toBeGreaterThan(40);
    expect(placeMissing(made, kinds)).toBe(made);
  });

  it("of imports are read and kept in step", () => {
    const made = document({ a: node("text", { view: { position: { x: 5, y: 6 }, coze: { keep: 1 } } }) });
    expect(viewOf(nodeOf(made, "a")!)).toMatchObject({ x: 5, y: 6 });
    expect(nodeOf(moveNodes(made, { a: { x: 7 } }), "a")?.view).toEqual({ x: 7, y: 6, position: { x: 7, y: 6 }, coze: { keep: 1 } });
  });

  it("of an imported body are inside its container", () => {
    const at = (x: number, y: number) => ({ position: { x, y } });
    const made = placeMissing(
      document({
        l: node("loop", { view: at(600, -100) }),
        a: node("text", { parent: "l", view: at(-150, 130) }),
        b: node("text", { parent: "l", view: at(800, 30) }),
        e: node("end", { view: at(1030, -100) }),
      }),
      kinds,
    );
    const loop = rectOf(made, kinds, "l");
    for (const id of ["a", "b"]) {
      const { x, y, width, height } = rectOf(made, kinds, id);
      expect(x > loop.x && y > loop.y + 44 && x + width < loop.x + loop.width && y + height < loop.y + loop.height).toBe(true);
    }
    expect(rectOf(made, kinds, "e").x).toBeGreaterThan(loop.x + loop.width);
    expect(placeMissing(made, kinds)).toBe(made);
  });

  it("are tidy after the layout, the start where it was", async () => {
    const laid = await autoLayout(looped(), kinds);
    expect(viewOf(nodeOf(laid, "s")!)).toMatchObject({ x: 0, y: 0 });
    const [inner, last] = [rectOf(laid, kinds, "inner"), rectOf(laid, kinds, "last")];
    expect(last.x).toBeGreaterThanOrEqual(inner.x + inner.width);
    const loop = rectOf(laid, kinds, "l");
    expect(loop.x + loop.width).toBeGreaterThan(last.x + last.width);
    expect(rectOf(laid, kinds, "e").x).toBeGreaterThan(loop.x + loop.width);
  });
});

it("draws handles inside or on the border of every node", () => {
  for (const kind of kinds.keys()) {
    const of = node(kind, { inputs: [{ name: "a" }], policy: { on_error: "branch" } as never, params: { branches: [{}], intents: ["x"] } });
    const { width, height, handles } = geometryOf(of, kinds);
    expect(sizeOf(of, kinds)).toEqual({ width, height });
    for (const { x, y } of handles) expect(x >= -6 && x <= width && y >= 0 && y + 12 <= height, kind).toBe(true);
  }
});
