import { queryOptions } from "@tanstack/react-query";
import { api, apiUrl, path } from "@/api/client";
import type {
  Id,
  List,
  NodeSpec,
  Run,
  Workflow,
  WorkflowDiff,
  WorkflowDocument,
  WorkflowDraft,
  WorkflowExport,
  WorkflowImport,
  WorkflowInput,
  WorkflowReference,
  WorkflowValidation,
  WorkflowVersion,
  WorkflowVersionDetail,
} from "@/api/types";

export const workflowsKey = (workspaceId: Id) => ["workspaces", workspaceId, "workflows"] as const;
export const workflowsPath = (workspaceId: Id) => path("workspaces", workspaceId, "workflows");

export const listWorkflows = async (
  workspaceId: Id,
  q: string,
  limit: number,
  signal?: AbortSignal,
) =>
  (await api.get<List<Workflow>>(workflowsPath(workspaceId), { signal, query: { limit, q } })).items;

/** The first workflows of a workspace, for choosing one. */
export const workflowChoicesQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: [...workflowsKey(workspaceId), "choices"],
    queryFn: ({ signal }) => listWorkflows(workspaceId, "", 100, signal),
  });

export const workflowQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workflows", id],
    queryFn: ({ signal }) => api.get<Workflow>(path("workflows", id), { signal }),
  });

export const workflowDraftQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workflows", id, "draft"],
    queryFn: ({ signal }) => api.get<WorkflowDraft>(path("workflows", id, "draft"), { signal }),
  });

export const workflowVersionsKey = (id: Id) => ["workflows", id, "versions"] as const;
export const workflowVersionsPath = (id: Id) => path("workflows", id, "versions");

/** The latest versions of a workflow, for choosing one. */
export const workflowVersionChoicesQuery = (id: Id) =>
  queryOptions({
    queryKey: [...workflowVersionsKey(id), "choices"],
    queryFn: async ({ signal }) =>
      (await api.get<List<WorkflowVersion>>(workflowVersionsPath(id), { signal, query: { limit: 100 } })).items,
  });

export const workflowVersionQuery = (id: Id, version: string) =>
  queryOptions({
    queryKey: ["workflows", id, "versions", version],
    queryFn: ({ signal }) =>
      api.get<WorkflowVersionDetail>(path("workflows", id, "versions", version), { signal }),
    staleTime: Infinity,
  });

export const workflowDiffQuery = (id: Id, from: string, to: string) =>
  queryOptions({
    queryKey: ["workflows", id, "diff", from, to],
    queryFn: ({ signal }) =>
      api.get<WorkflowDiff>(path("workflows", id, "diff"), { signal, query: { from, to } }),
    // The draft may have been saved meanwhile.
    staleTime: 0,
  });

export const workflowReferencesQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workflows", id, "references"],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: WorkflowReference[] }>(path("workflows", id, "references"), { signal }))
        .items,
  });

export const nodeTypesQuery = queryOptions({
  queryKey: ["node-types"],
  queryFn: async ({ signal }) =>
    (await api.get<{ items: NodeSpec[] }>("/node-types", { signal })).items,
  staleTime: Infinity,
});

export const createWorkflow = (
  workspaceId: Id,
  input: WorkflowInput & { template?: string; folder?: string },
) =>
  api.post<Workflow>(workflowsPath(workspaceId), input);
export const updateWorkflow = (
  id: Id,
  input: Partial<Pick<Workflow, "name" | "description" | "icon"> & { folder: string }>,
) => api.patch<Workflow>(path("workflows", id), input);
export const duplicateWorkflow = (id: Id, name: string) =>
  api.post<Workflow>(path("workflows", id, "duplicate"), { name });
export const deleteWorkflow = (id: Id, force: boolean) =>
  api.delete(path("workflows", id), { query: { force: force || undefined } });
export const saveWorkflowDraft = (id: Id, document: WorkflowDocument, revision: number) =>
  api.put<WorkflowDraft>(path("workflows", id, "draft"), { document, revision });
export const validateWorkflow = (id: Id, document: WorkflowDocument) =>
  api.post<WorkflowValidation>(path("workflows", id, "validate"), { document });
export const publishWorkflow = (
  id: Id,
  input: { version?: string; notes?: string; revision?: number },
) => api.post<WorkflowVersion>(path("workflows", id, "publish"), input);
export const unpublishWorkflow = (id: Id, force: boolean) =>
  api.post<Workflow>(path("workflows", id, "unpublish"), {}, { query: { force: force || undefined } });
export const restoreWorkflow = (id: Id, version: string) =>
  api.post<WorkflowDraft>(path("workflows", id, "versions", version, "restore"));

/** A Hearth document or a Coze canvas, as the text of a file. */
export const importWorkflow = (workspaceId: Id, input: { name?: string; document: unknown }) =>
  api.post<WorkflowImport>(`${workflowsPath(workspaceId)}/import`, input);

/** Where the draft can be downloaded as a file. */
export const exportUrl = (id: Id, format: "hearth" | "coze") =>
  apiUrl(path("workflows", id, "export"), { format });

/** What a Coze canvas of the draft would leave out. */
export const cozeExportQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workflows", id, "export", "coze"],
    queryFn: ({ signal }) =>
      api.get<WorkflowExport>(path("workflows", id, "export"), {
        signal,
        query: { format: "coze", report: true },
      }),
    staleTime: 0,
  });

export interface RunInput {
  inputs: Record<string, unknown>;
  draft?: boolean;
  version?: string;
}
export const runWorkflow = (id: Id, input: RunInput) =>
  api.post<Run>(path("workflows", id, "runs"), input);
export const runWorkflowNode = (id: Id, node: string, inputs: Record<string, unknown>) =>
  api.post<Run>(path("workflows", id, "nodes", node, "runs"), { inputs });
