import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  Id,
  List,
  Model,
  ModelInput,
  ModelTest,
  ModelTestInput,
  Probe,
  ProbeInput,
  Vendor,
} from "@/api/types";

export const vendorsQuery = queryOptions({
  queryKey: ["model-vendors"],
  queryFn: async ({ signal }) =>
    (await api.get<{ items: Vendor[] }>("/model-vendors", { signal })).items,
  staleTime: Infinity,
});

export const modelsKey = (workspaceId: Id) => ["workspaces", workspaceId, "models"] as const;

/** All models that the workspace may use: its own and the instance's. */
export const modelsQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: modelsKey(workspaceId),
    queryFn: async ({ signal }) =>
      (await api.get<List<Model>>(path("workspaces", workspaceId, "models"), { signal })).items,
  });

export const modelQuery = (id: Id) =>
  queryOptions({
    queryKey: ["models", id],
    queryFn: ({ signal }) => api.get<Model>(path("models", id), { signal }),
  });

/** A change; `null` empties what may be empty. */
export type ModelPatch = {
  [Key in keyof Omit<ModelInput, "shared">]?: ModelInput[Key] | null;
};

export const createModel = (workspaceId: Id, input: ModelInput) =>
  api.post<Model>(path("workspaces", workspaceId, "models"), input);
export const updateModel = (id: Id, patch: ModelPatch) =>
  api.patch<Model>(path("models", id), patch);
export const deleteModel = (id: Id, force: boolean) =>
  api.delete(path("models", id), { query: force ? { force } : {} });
export const probeModel = (workspaceId: Id, input: ProbeInput, signal?: AbortSignal) =>
  api.post<Probe>(path("workspaces", workspaceId, "models", "probe"), input, { signal });
export const testModel = (workspaceId: Id, input: ModelTestInput) =>
  api.post<ModelTest>(path("workspaces", workspaceId, "models", "test"), input);
