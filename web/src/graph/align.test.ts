import { describe, expect, it } from "vitest";
import { Neighbours } from "./align";
import type { Rect } from "./document";

const rect = (x: number, y: number, width = 100, height = 40): Rect => ({ x, y, width, height });
const everywhere = rect(-10_000, -10_000, 20_000, 20_000);
const align = (moving: Rect, others: Rect[], within = 6, seen = everywhere) => new Neighbours(others).align(moving, within, seen);

describe("alignment", () => {
  it("draws edges to edges", () => {
    // Another width, so that neither the middle nor the other edge can be meant.
    expect(align(rect(304, 300, 60), [rect(300, 0)])).toEqual({
      by: { x: -4, y: 0 },
      guides: [{ axis: "x", at: 300, from: 0, to: 340 }],
    });
    expect(align(rect(343, 300, 60), [rect(300, 0)]).by).toEqual({ x: -3, y: 0 });
    expect(align(rect(0, 97, 60, 20), [rect(300, 100)])).toEqual({
      by: { x: 0, y: 3 },
      guides: [{ axis: "y", at: 100, from: 0, to: 400 }],
    });
  });

  it("draws the left edge to a right edge", () => {
    expect(align(rect(402, 300, 60), [rect(300, 0)]).by.x).toBe(-2);
  });

  it("draws middles to middles, not to edges", () => {
    expect(align(rect(322, 300, 60), [rect(300, 0)])).toEqual({
      by: { x: -2, y: 0 },
      guides: [{ axis: "x", at: 350, from: 0, to: 340 }],
    });
    // Its middle is at 300, the other's edge.
    expect(align(rect(270, 300, 60), [rect(300, 0)]).by.x).toBe(0);
  });

  it("leaves alone what is too far away", () => {
    expect(align(rect(307, 300, 60), [rect(300, 0)])).toEqual({ by: { x: 0, y: 0 }, guides: [] });
    expect(align(rect(307, 300, 60), [rect(300, 0)], 8).by.x).toBe(-7);
  });

  it("takes the closest line, and the nearest of equals", () => {
    expect(align(rect(303, 300, 60), [rect(300, 0), rect(305, 900)]).by.x).toBe(2);
    const { by, guides } = align(rect(302, 300, 60), [rect(300, 0), rect(300, 900), rect(300, 380)]);
    expect(by.x).toBe(-2);
    expect(guides).toEqual([{ axis: "x", at: 300, from: 300, to: 420 }]);
  });

  it("shows both edges of equals, without the middle between them", () => {
    const { by, guides } = align(rect(303, 300), [rect(300, 0)]);
    expect(by).toEqual({ x: -3, y: 0 });
    expect(guides.map(({ at }) => at)).toEqual([300, 400]);
  });

  it("works on both axes at once; guides are where it comes to lie", () => {
    const { by, guides } = align(rect(303, 204, 60, 20), [rect(300, 0), rect(600, 200)]);
    expect(by).toEqual({ x: -3, y: -4 });
    expect(guides).toEqual([
      { axis: "x", at: 300, from: 0, to: 220 },
      { axis: "y", at: 200, from: 300, to: 700 },
    ]);
  });

  it("knows halves: a middle between whole numbers", () => {
    const { by, guides } = align(rect(300, 300, 61), [rect(281, 0)]);
    expect(by.x).toBe(0.5);
    expect(guides).toEqual([{ axis: "x", at: 331, from: 0, to: 340 }]);
  });

  it("asks nothing of what is out of sight", () => {
    expect(align(rect(304, 300, 60), [rect(300, 0)], 6, rect(0, 100, 1000, 1000)).guides).toEqual([]);
  });

  it("is nothing without neighbours", () => {
    expect(align(rect(0, 0), [])).toEqual({ by: { x: 0, y: 0 }, guides: [] });
  });

  it("looks at close lines only", () => {
    let looked = 0;
    const counted = (x: number): Rect => ({
      get x() {
        looked += 1;
        return x;
      },
      y: 0,
      width: 100,
      height: 40,
    });
    const neighbours = new Neighbours(Array.from({ length: 500 }, (_, at) => counted(at * 340)));
    looked = 0;
    neighbours.align(rect(340 * 250 + 2, 300, 60), 6, everywhere);
    expect(looked).toBeLessThan(40);
  });
});
