import { describe, expect, it } from "vitest";
import { HEADER } from "@/graph/geometry";
import { document, kinds, looped, node } from "@/graph/testkit";
import { flowEdges, FlowNodes } from "./elements";
import { levelOf } from "./level";
import { carriedBy, wires } from "./wires";

const none = new Set<string>();
const drawn = (of = looped()) => ({
  nodes: new FlowNodes(kinds).build(of, none, false),
  edges: flowEdges(of, none),
});
const plain = () => "plain" as const;

describe("wires", () => {
  it("leads from handle to handle", () => {
    const of = document({ a: node("text", { view: { x: 100, y: 200 } }), b: node("text", { view: { x: 700, y: 500 } }) }, "a>b");
    const { nodes, edges } = drawn(of);
    const [wire, ...more] = wires(nodes, edges, plain);
    expect(more).toEqual([]);
    // The way out is on the right side, the way in on the left; both at the middle of the header.
    expect(wire!.path).toMatch(new RegExp(`^M${100 + 264 + 6},${200 + HEADER / 2} C.* ${700 - 6},${500 + HEADER / 2}$`));
  });

  it("adds the container's place to what lies inside it", () => {
    const { nodes, edges } = drawn();
    const inside = edges.filter(({ source, target }) => source === "inner" && target === "last");
    expect(wires(nodes, inside, plain)[0]!.path).toMatch(/^M730,112 .* 774,112$/);
  });

  it("puts lines of one look together, few in each element", () => {
    const ids = Array.from({ length: 41 }, (_, at) => `n${at}`);
    const of = document(
      Object.fromEntries(ids.map((id, at) => [id, node("text", { view: { x: at * 300, y: 0 } })])),
      ...ids.slice(1).map((id, at) => `${ids[at]}>${id}`),
    );
    const { nodes, edges } = drawn(of);
    const made = wires(nodes, edges, ({ target }) => (target === "n7" ? "ran" : "plain"));
    const lines = (of: string) => made.filter(({ look }) => look === of).map(({ path }) => path.split("M").length - 1);
    expect(lines("plain")).toEqual([16, 16, 7]);
    expect(lines("ran")).toEqual([1]);
  });

  it("leaves out what has no end to draw to", () => {
    const { nodes, edges } = drawn();
    expect(wires(nodes.filter(({ id }) => id !== "e"), edges.filter(({ target }) => target === "e"), plain)).toEqual([]);
  });
});

describe("carriedBy", () => {
  it("takes along what lies inside", () => {
    const { nodes } = drawn();
    expect([...carriedBy(nodes, new Set(["l"]))].sort()).toEqual(["inner", "l", "last"]);
    expect([...carriedBy(nodes, new Set(["inner"]))]).toEqual(["inner"]);
  });
});

it("shows less from farther away", () => {
  expect([1, 0.5, 0.4, 0.29, 0.1].map(levelOf)).toEqual(["near", "near", "far", "map", "map"]);
});
