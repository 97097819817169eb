import { describe, expect, it } from "vitest";
import { runOf } from "./debug-url";

const mine = [{ id: "7" }];

describe("the debug_url of Coze's API", () => {
  it("leads to the run", () => {
    const search = { execute_id: "42", space_id: "7", workflow_id: "9" };
    expect(runOf(search, mine)).toEqual({
      to: "/w/$workspaceId/runs/$runId",
      params: { workspaceId: "7", runId: "42" },
    });
  });

  it("leads to the workflow when it names no run", () => {
    expect(runOf({ space_id: "7", workflow_id: "9" }, mine)).toEqual({
      to: "/w/$workspaceId/workflows/$workflowId",
      params: { workspaceId: "7", workflowId: "9" },
    });
  });

  it("leads nowhere in somebody else's workspace or without ids", () => {
    expect(runOf({ execute_id: "42", space_id: "8" }, mine)).toBeUndefined();
    expect(runOf({ execute_id: "../../x", space_id: "7" }, mine)).toBeUndefined();
    expect(runOf({}, mine)).toBeUndefined();
  });
});
