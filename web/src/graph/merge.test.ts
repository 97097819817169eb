import { describe, expect, it } from "vitest";
import type { WorkflowNode } from "@/api/types";
import { copy, paste } from "./clipboard";
import { diffDocuments, isEmptyDiff, sameDocument } from "./diff";
import { edgeKey, edgesOf, nodeOf, nodesOf } from "./document";
import { connect, disconnect, moveNodes, patchNode, removeNodes } from "./edit";
import { History, MERGE_MS } from "./history";
import { adopt, mergeDocuments, settle } from "./merge";
import { document, kinds, looped, node } from "./testkit";

const base = looped();
const title = (of: typeof base, id: string, text: string) => patchNode(of, id, { title: text });
const params = (of: typeof base, id: string, value: Record<string, unknown>) => patchNode(of, id, { params: value });

describe("differences", () => {
  it("are none between two forms of one document", () => {
    const stored = {
      ...base,
      nodes: Object.fromEntries(
        Object.entries(nodesOf(base)).map(([id, one]) => [
          id,
          { ...one, description: "", policy: { retries: 0, backoff_ms: 0, on_error: "fail", default: {} }, inputs: one.inputs?.map((input) => ({ type: "any" as const, ...input })) } as unknown as WorkflowNode,
        ]),
      ),
      edges: edgesOf(base).map(({ from, to, port }) => (port === "out" ? { to, from } : { from, to, port })) as typeof base.edges,
    };
    expect(diffDocuments(base, stored)).toEqual(diffDocuments(base, base));
    expect(sameDocument(base, stored)).toBe(true);
  });

  it("say what and where", () => {
    let next = removeNodes(title(base, "inner", "Other"), ["e"]);
    next = moveNodes(connect(next, "s", "out", "gone"), { last: { x: 1 } });
    next = { ...next, mode: "chatflow", nodes: { ...next.nodes, n: node("text") } };
    expect(diffDocuments(base, next)).toMatchObject({
      added: ["n"],
      removed: ["e"],
      changed: [{ id: "inner", fields: ["title"] }],
      moved: ["last"],
      edgesAdded: [{ from: "s", to: "gone" }],
      edgesRemoved: [{ from: "l", port: "out", to: "e" }],
      document: ["mode"],
    });
    expect(isEmptyDiff(diffDocuments(base, next))).toBe(false);
  });
});

describe("two people's edits", () => {
  it("of different nodes come together", () => {
    const mine = title(base, "inner", "Mine");
    const theirs = connect(removeNodes(title(base, "e", "Theirs"), ["last"]), "inner", "out", "l");
    const { document: merged, conflicts } = mergeDocuments(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect([nodeOf(merged, "inner")?.title, nodeOf(merged, "e")?.title, nodeOf(merged, "last")]).toEqual(["Mine", "Theirs", undefined]);
    expect(edgesOf(merged).map(edgeKey).sort()).toEqual(["inner out l", "l body inner", "l out e", "s out l"]);
  });

  it("of different parts of one node come together", () => {
    const { document: merged, conflicts } = mergeDocuments(base, title(base, "inner", "Mine"), params(base, "inner", { template: "Theirs" }));
    expect(conflicts).toEqual([]);
    expect(nodeOf(merged, "inner")).toMatchObject({ title: "Mine", params: { template: "Theirs" } });
  });

  it("of the same part wait for a choice", () => {
    const [mine, theirs] = [params(base, "inner", { template: "Mine" }), params(base, "inner", { template: "Theirs" })];
    const merge = mergeDocuments(base, mine, theirs);
    expect(merge.conflicts).toMatchObject([{ node: "inner", fields: ["params"] }]);
    expect(nodeOf(merge.document, "inner")?.params).toEqual({ template: "Mine" });
    expect(nodeOf(settle(merge, { inner: "theirs" }, mine, theirs), "inner")?.params).toEqual({ template: "Theirs" });
    expect(nodeOf(settle(merge, {}, mine, theirs), "inner")?.params).toEqual({ template: "Mine" });
  });

  it("that are equal are no conflict, nor are two places", () => {
    expect(mergeDocuments(base, title(base, "s", "X"), title(base, "s", "X")).conflicts).toEqual([]);
    const { document: merged, conflicts } = mergeDocuments(base, moveNodes(base, { s: { x: 1 } }), moveNodes(base, { s: { x: 2 } }));
    expect([conflicts, nodeOf(merged, "s")?.view?.x]).toEqual([[], 1]);
  });

  it("bring a node back with its edges when it is chosen", () => {
    const [mine, theirs] = [removeNodes(base, ["last"]), title(base, "last", "Kept")];
    const merge = mergeDocuments(base, mine, theirs);
    expect(merge.conflicts).toMatchObject([{ node: "last", mine: undefined, fields: [] }]);
    expect(nodeOf(merge.document, "last")).toBeUndefined();
    const back = settle(merge, { last: "theirs" }, mine, theirs);
    expect(nodeOf(back, "last")?.title).toBe("Kept");
    expect(edgesOf(back).map(edgeKey)).toContain("inner out last");
    expect(edgesOf(settle(merge, { last: "mine" }, mine, theirs)).map(edgeKey)).not.toContain("inner out last");
  });

  it("let a node go that the other only moved", () => {
    const { document: merged, conflicts } = mergeDocuments(base, removeNodes(base, ["last"]), moveNodes(base, { last: { x: 9 } }));
    expect([conflicts, nodeOf(merged, "last")]).toEqual([[], undefined]);
  });

  it("of edges: what either cut is cut, what either drew is drawn", () => {
    const mine = disconnect(base, ["l out e"]);
    const theirs = connect(base, "s", "out", "e");
    expect(edgesOf(mergeDocuments(base, mine, theirs).document).map(edgeKey).sort()).toEqual(["inner out last", "l body inner", "last out l", "s out e", "s out l"]);
  });

  it("keep objects that say the same", () => {
    const next = structuredClone(title(base, "inner", "X"));
    const adopted = adopt(base, next);
    expect(nodeOf(adopted, "s")).toBe(nodeOf(base, "s"));
    expect(nodeOf(adopted, "inner")).not.toBe(nodeOf(base, "inner"));
  });
});

describe("the clipboard", () => {
  const empty = document({ s: node("start") });

  it("carries nodes to another workflow, with what lies inside", () => {
    const pasted = paste(empty, kinds, copy(base, ["s", "l", "e"]), { x: 100, y: 50 })!;
    expect(pasted.ids).toHaveLength(1);
    const loop = nodeOf(pasted.document, pasted.ids[0]!)!;
    expect(loop).toMatchObject({ kind: "loop", view: { x: 100, y: 50 } });
    // The start here is another one by its id: what it refers to is the same name by chance.
    expect(loop.inputs?.[0]).toHaveProperty("value");
    expect(Object.values(nodesOf(pasted.document)).filter(({ parent }) => parent === pasted.ids[0])).toHaveLength(2);
    expect(edgesOf(pasted.document)).toHaveLength(3);
  });

  it("unsets references to what is not there", () => {
    const pasted = paste(document({}), kinds, copy(base, ["inner"]), { x: 0, y: 0 })!;
    expect(nodeOf(pasted.document, pasted.ids[0]!)?.inputs).toEqual([{ name: "topic", type: "string" }]);
  });

  it("takes nodes out of a container to where they lay", () => {
    expect(JSON.parse(copy(base, ["inner"]))).toMatchObject({ nodes: { inner: { view: { x: 460, y: 90 } } } });
    expect(JSON.parse(copy(base, ["inner"])).nodes.inner).not.toHaveProperty("parent");
  });

  it.each(["", "text", "null", "[]", "{}", '{"nodes": 1}', '{"type":"hearth/nodes","nodes":{}}', '{"type":"hearth/nodes","nodes":{"a":{"kind":1}}}', '{"type":"hearth/nodes","nodes":{"a":{"kind":"start"}}}'])(
    "refuses %j",
    (text) => expect(paste(empty, kinds, text, { x: 0, y: 0 })).toBeUndefined(),
  );
});

describe("history", () => {
  it("goes back and forth, and forgets what was undone when something new is done", () => {
    const history = new History<number>();
    history.push(1);
    history.push(2);
    expect(history.undo(3)).toBe(2);
    expect(history.undo(2)).toBe(1);
    expect(history.undo(1)).toBeUndefined();
    expect(history.redo(1)).toBe(2);
    history.push(2);
    expect(history.canRedo).toBe(false);
  });

  it("takes edits of one key that follow closely as one step, and is bounded", () => {
    let now = 0;
    const history = new History<number>(3, () => now);
    history.push(1, "typing");
    now += MERGE_MS - 1;
    history.push(2, "typing");
    now += MERGE_MS;
    history.push(3, "typing");
    expect(history.undo(4)).toBe(3);
    history.push(5, "typing");
    expect(history.undo(6)).toBe(5);
    expect(history.undo(5)).toBe(1);
    for (let at = 0; at < 10; at++) history.push(at);
    expect([history.undo(10), history.undo(9), history.undo(8), history.undo(7)]).toEqual([9, 8, 7, undefined]);
  });

  it("brings what others did into every state", () => {
    const history = new History<number>();
    history.push(1);
    history.push(2);
    history.undo(3);
    history.rebase((state) => state + 10);
    expect([history.redo(12), history.undo(13), history.undo(12)]).toEqual([13, 12, 11]);
  });
});
