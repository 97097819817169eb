import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  Agent,
  AgentInput,
  AgentTemplate,
  Id,
  List,
  Model,
  ModelInput,
  Probe,
  ProbeInput,
  Vendor,
} from "@/api/types";

export const chatModelsQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workspaces", id, "models", "chat"],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<List<Model>>(path("workspaces", id, "models"), { signal });
      return items.filter(({ kind }) => kind === "chat");
    },
  });

export const vendorsQuery = queryOptions({
  queryKey: ["model-vendors"],
  queryFn: ({ signal }) => api.get<{ items: Vendor[] }>("/model-vendors", { signal }),
  staleTime: Infinity,
});

export const templatesQuery = queryOptions({
  queryKey: ["agent-templates"],
  queryFn: ({ signal }) => api.get<{ items: AgentTemplate[] }>("/agent-templates", { signal }),
});

export const probe = (id: Id, input: ProbeInput) =>
  api.post<Probe>(path("workspaces", id, "models", "probe"), input);
export const createModel = (id: Id, input: ModelInput) =>
  api.post<Model>(path("workspaces", id, "models"), input);
export const createAgent = (id: Id, input: AgentInput) =>
  api.post<Agent>(path("workspaces", id, "agents"), input);
