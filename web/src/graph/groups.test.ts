import { describe, expect, it } from "vitest";
import type { NodeView } from "./document";
import { CARD_WIDTH } from "./geometry";
import { along, heldBy } from "./groups";
import { document, kinds, node } from "./testkit";

const note = (x: number, y: number, width: number, height: number, parent?: string) =>
  node("comment", { view: { x, y, width, height }, ...(parent === undefined ? {} : { parent }) });
const text = (x: number, y: number, parent?: string) => node("text", { view: { x, y }, ...(parent === undefined ? {} : { parent }) });
const held = (nodes: Parameters<typeof document>[0], ...ids: string[]) => [...heldBy(document(nodes), kinds, ids).keys()];

describe("what a group holds", () => {
  it("lies wholly inside", () => {
    const nodes = {
      g: note(0, 0, 600, 400),
      inside: text(20, 60),
      edge: text(600 - CARD_WIDTH, 0),
      across: text(600 - CARD_WIDTH + 1, 100),
      above: text(20, -1),
      beside: text(800, 0),
    };
    expect(held(nodes, "g")).toEqual(["inside", "edge"]);
  });

  it("is nothing for what is no note, or is not there", () => {
    const nodes = { l: node("loop", { view: { x: 0, y: 0, width: 900, height: 600 } }), over: text(20, 60) };
    expect(held(nodes, "l", "gone")).toEqual([]);
    expect(held({ g: note(0, 0, 240, 120), wide: text(0, 0) }, "g")).toEqual([]);
  });

  it("takes in other notes with what they hold, and containers whole", () => {
    const nodes = {
      g: note(0, 0, 1200, 800),
      inner: note(20, 20, 400, 300),
      both: text(40, 40),
      l: node("loop", { view: { x: 500, y: 20, width: 600, height: 300 } }),
      body: text(60, 90, "l"),
    };
    expect(held(nodes, "g")).toEqual(["inner", "both", "l"]);
    expect(held(nodes, "inner")).toEqual(["both"]);
  });

  it("lies in the same container", () => {
    const nodes = {
      l: node("loop", { view: { x: 1000, y: 1000, width: 900, height: 600 } }),
      g: note(50, 80, 400, 300, "l"),
      inside: text(60, 90, "l"),
      outside: text(60, 90),
    };
    expect(held(nodes, "g")).toEqual(["inside"]);
  });

  it("is not what is moved itself", () => {
    const nodes = { g: note(0, 0, 600, 400), h: note(10, 10, 500, 300), a: text(20, 60), b: text(20, 160) };
    expect(held(nodes, "g", "a", "h")).toEqual(["b"]);
  });

  it("goes where its group goes", () => {
    const all = heldBy(document({ g: note(100, 100, 600, 400), a: text(120, 160), f: note(900, 0, 400, 200), b: text(910, 10) }), kinds, ["g", "f"]);
    const places = new Map<string, Partial<NodeView>>([["g", { x: -50.5, y: 0 }], ["f", { width: 500 }]]);
    expect([...along(all, places)]).toEqual([["a", { x: -30.5, y: 60 }]]);
  });
});
