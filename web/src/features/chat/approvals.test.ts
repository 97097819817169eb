import { describe, expect, it } from "vitest";
import type { RequiredAction } from "@/api/types";
import { approve, clientOutput, completeOutputs, decide } from "./approvals";

const action: RequiredAction = {
  calls: [
    { call_id: "1", name: "fetch_page", arguments: {}, kind: "approval" },
    { call_id: "2", name: "lookup_order", arguments: {}, kind: "client" },
  ],
};
const [first, second] = action.calls as [RequiredAction["calls"][0], RequiredAction["calls"][0]];

describe("a run that waits", () => {
  it("gets its outputs only when every call is decided, in the calls' order", () => {
    const one = decide(action, {}, clientOutput(second, "shipped"));
    expect(completeOutputs(action, one)).toBeUndefined();
    const both = decide(action, one, approve(first, false));
    expect(completeOutputs(action, both)).toEqual([
      { call_id: "1", approve: false },
      { call_id: "2", output: "shipped" },
    ]);
  });

  it("takes the later of two decisions about a call", () => {
    const changed = decide(action, decide(action, {}, approve(first, false)), approve(first, true));
    expect(changed["1"]).toEqual({ call_id: "1", approve: true });
  });

  it("ignores a decision about a call that does not wait", () => {
    expect(decide(action, {}, { call_id: "9", approve: true })).toEqual({});
  });
});
