/** Templates, folders, moving to another workspace, who else edits. */
import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, MovedWorkflow, TellPresence, WorkflowFolder, WorkflowPresence, WorkflowTemplate } from "@/api/types";
import { workflowsKey } from "./queries";

/** Their documents are in the reader's language. */
export const workflowTemplatesQuery = (language: string) => queryOptions({
  queryKey: ["workflow-templates", language],
  queryFn: async ({ signal }) => (await api.get<{ items: WorkflowTemplate[] }>("/workflow-templates", { signal })).items,
  staleTime: Infinity,
});

export const workflowFoldersQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: [...workflowsKey(workspaceId), "folders"],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: WorkflowFolder[] }>(path("workspaces", workspaceId, "workflow-folders"), { signal })).items,
  });

export const moveWorkflow = (id: Id, workspaceId: Id, force: boolean) =>
  api.post<MovedWorkflow>(path("workflows", id, "move"), { workspace_id: workspaceId, force });

export const tellPresence = (id: Id, presence: TellPresence) =>
  api.post<WorkflowPresence>(path("workflows", id, "presence"), presence);
