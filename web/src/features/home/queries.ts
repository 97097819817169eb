import { queryOptions } from "@tanstack/react-query";
import { api, path, type Query } from "@/api/client";
import type { Agent, Id, List, Run, Token } from "@/api/types";

const recent = <T,>(id: Id, noun: "agents" | "runs", limit: number, narrowed: Query = {}) =>
  queryOptions({
    queryKey: ["workspaces", id, noun, "recent"],
    queryFn: ({ signal }) =>
      api.get<List<T>>(path("workspaces", id, noun), { signal, query: { limit, ...narrowed } }),
  });

export const recentAgentsQuery = (id: Id) => recent<Agent>(id, "agents", 6);
export const recentRunsQuery = (id: Id) => recent<Run>(id, "runs", 6, { called: false });

export const anyTokenQuery = queryOptions({
  queryKey: ["me", "tokens", "any"],
  queryFn: ({ signal }) => api.get<List<Token>>("/me/tokens", { signal, query: { limit: 1 } }),
});
