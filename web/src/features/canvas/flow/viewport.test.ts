// @vitest-environment node
import { describe, expect, it } from "vitest";
import { freeArea, shiftInto } from "./viewport";

const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });
const area = box(0, 0, 1000, 600);

describe("shiftInto", () => {
  it.each([
    ["nothing, for what lies inside", box(10, 10, 200, 80), { x: 0, y: 0 }],
    ["no more than is needed", box(900, 550, 1100, 650), { x: -100, y: -50 }],
    ["to the right and down as well", box(-40, -20, 100, 60), { x: 40, y: 20 }],
    ["to the beginning of what is too large", box(300, -500, 1500, 900), { x: -300, y: 500 }],
  ])("moves %s", (_, node, by) => expect(shiftInto(node, area)).toEqual(by));
});

describe("freeArea", () => {
  it("ends where a panel begins that lies over the canvas", () => {
    expect(freeArea(area, [box(580, 0, 1000, 600), box(700, 0, 1000, 300)])).toEqual(box(0, 0, 580, 600));
  });
  it("is all of the canvas when the panel is beside it, or leaves no room", () => {
    expect(freeArea(area, [box(1000, 0, 1420, 600)])).toEqual(area);
    expect(freeArea(area, [box(0, 0, 1000, 600)])).toEqual(area);
  });
});
