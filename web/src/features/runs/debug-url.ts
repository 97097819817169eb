/**
 * The addresses that Coze's API answers with as `debug_url`:
 * `/work_flow?execute_id=…&execute_mode=2&space_id=…&workflow_id=…` is the page of that run here.
 */
import type { Id, WorkspaceRef } from "@/api/types";

export interface DebugSearch {
  execute_id?: string;
  space_id?: string;
  workflow_id?: string;
}

const ID = /^[0-9]{1,19}$/;

/** Where such an address leads: to the run, else to its workflow; nowhere in a workspace that is not one's own. */
export function runOf(search: DebugSearch, workspaces: readonly Pick<WorkspaceRef, "id">[]) {
  const { execute_id: run, space_id: workspaceId, workflow_id: workflow } = search;
  if (!workspaces.some((workspace) => workspace.id === workspaceId)) return undefined;
  const params = (more: { runId: Id } | { workflowId: Id }) => ({ workspaceId: workspaceId ?? "", ...more });
  if (run !== undefined && ID.test(run))
    return { to: "/w/$workspaceId/runs/$runId" as const, params: params({ runId: run }) };
  if (workflow !== undefined && ID.test(workflow))
    return {
      to: "/w/$workspaceId/workflows/$workflowId" as const,
      params: params({ workflowId: workflow }),
    };
  return undefined;
}
