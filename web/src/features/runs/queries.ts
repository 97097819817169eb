import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, Run, RunDetail } from "@/api/types";

export const runsKey = (workspaceId: Id) => ["workspaces", workspaceId, "runs"] as const;
export const runsPath = (workspaceId: Id) => path("workspaces", workspaceId, "runs");

export const runQuery = (id: Id) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: ({ signal }) => api.get<RunDetail>(path("runs", id), { signal }),
  });

export const cancelRun = (id: Id) => api.post<Run>(path("runs", id, "cancel"));
