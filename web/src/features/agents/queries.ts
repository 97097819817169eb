import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  Agent,
  AgentConfig,
  AgentDraft,
  AgentInput,
  AgentTemplate,
  AgentVersion,
  Id,
  List,
  ToolInfo,
} from "@/api/types";

export const agentsKey = (workspaceId: Id) => ["workspaces", workspaceId, "agents"] as const;
export const agentsPath = (workspaceId: Id) => path("workspaces", workspaceId, "agents");

export const listAgents = async (workspaceId: Id, q: string, limit: number, signal?: AbortSignal) =>
  (await api.get<List<Agent>>(agentsPath(workspaceId), { signal, query: { limit, q } })).items;

/** The first agents of a workspace, for choosing one. */
export const agentChoicesQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: [...agentsKey(workspaceId), "choices"],
    queryFn: ({ signal }) => listAgents(workspaceId, "", 100, signal),
  });

export const agentQuery = (id: Id) =>
  queryOptions({
    queryKey: ["agents", id],
    queryFn: ({ signal }) => api.get<Agent>(path("agents", id), { signal }),
  });

export const draftQuery = (id: Id) =>
  queryOptions({
    queryKey: ["agents", id, "draft"],
    queryFn: ({ signal }) => getDraft(id, signal),
    // Long enough for the page to be drawn with it, no longer: an old copy is a conflict.
    staleTime: 5_000,
    gcTime: 5_000,
  });

export type AgentVersionDetail = AgentVersion & { config: AgentConfig };

export const versionQuery = (id: Id, version: number) =>
  queryOptions({
    queryKey: ["agents", id, "versions", version],
    queryFn: ({ signal }) =>
      api.get<AgentVersionDetail>(path("agents", id, "versions", version), { signal }),
    staleTime: Infinity,
  });

export const versionsKey = (id: Id) => ["agents", id, "versions"] as const;
export const versionsPath = (id: Id) => path("agents", id, "versions");

/** Their prompts are in the reader's language. */
export const templatesQuery = (language: string) => queryOptions({
  queryKey: ["agent-templates", language],
  queryFn: async ({ signal }) =>
    (await api.get<{ items: AgentTemplate[] }>("/agent-templates", { signal })).items,
  staleTime: Infinity,
});

export const toolsQuery = queryOptions({
  queryKey: ["tools"],
  queryFn: async ({ signal }) => (await api.get<{ items: ToolInfo[] }>("/tools", { signal })).items,
  staleTime: Infinity,
});

export const getDraft = (id: Id, signal?: AbortSignal) =>
  api.get<AgentDraft>(path("agents", id, "draft"), { signal });
export const saveDraft = (id: Id, config: AgentConfig, revision: number) =>
  api.put<AgentDraft>(path("agents", id, "draft"), { config, revision });
export const createAgent = (workspaceId: Id, input: AgentInput) =>
  api.post<Agent>(agentsPath(workspaceId), input);
export const updateAgent = (id: Id, input: Partial<Pick<Agent, "name" | "description" | "icon">>) =>
  api.patch<Agent>(path("agents", id), input);
export const duplicateAgent = (id: Id, name: string) =>
  api.post<Agent>(path("agents", id, "duplicate"), { name });
export const deleteAgent = (id: Id) => api.delete(path("agents", id));
export const publishAgent = (id: Id, input: { name?: string; notes?: string }) =>
  api.post<AgentVersion>(path("agents", id, "publish"), input);
export const unpublishAgent = (id: Id) => api.post<Agent>(path("agents", id, "unpublish"));
export const restoreVersion = (id: Id, version: number) =>
  api.post<AgentDraft>(path("agents", id, "versions", version, "restore"));
