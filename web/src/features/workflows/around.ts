/** Templates, folders, moving to another workspace, who else edits. */
import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, Localized, Workflow, WorkflowDocument, WorkflowMode, WorkflowReference } from "@/api/types";
import { workflowsKey } from "./queries";

export interface WorkflowTemplate {
  id: string;
  icon: string;
  category: string;
  name: Localized;
  description: Localized;
  mode: WorkflowMode;
  document: WorkflowDocument;
}
export interface WorkflowFolder {
  name: string;
  workflows: number;
}
export interface MovedWorkflow {
  workflow: Workflow;
  /** What its draft names that stayed behind. */
  left_behind: { node: string; kind: string; id: string }[];
  callers: WorkflowReference[];
}
export interface WorkflowEditor {
  user_id: Id;
  name: string;
  is_caller: boolean;
  node: string | null;
  since: string;
}

export const folderOf = (workflow: Workflow): string => (workflow as { folder?: string }).folder ?? "";

export const workflowTemplatesQuery = queryOptions({
  queryKey: ["workflow-templates"],
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

export const tellPresence = (id: Id, presence: { session: string; node?: string; leave?: boolean }) =>
  api.post<{ others: WorkflowEditor[]; again_in_seconds: number }>(path("workflows", id, "presence"), presence);
