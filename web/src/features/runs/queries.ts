import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, Run, RunDetail, ToolOutput } from "@/api/types";

export const runsKey = (workspaceId: Id) => ["workspaces", workspaceId, "runs"] as const;
export const runsPath = (workspaceId: Id) => path("workspaces", workspaceId, "runs");

export const runQuery = (id: Id) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: ({ signal }) => api.get<RunDetail>(path("runs", id), { signal }),
  });

/** Whom to answer: a run that is a part of another is executed by that one. */
export const executedBy = (run: Run): Id => run.root_run_id ?? run.id;

export const cancelRun = (id: Id) => api.post<Run>(path("runs", id, "cancel"));

/** What a waiting run waits for; of a workflow, also a part of it. */
export const submitOutputs = (id: Id, outputs: ToolOutput[]) =>
  api.post<Run>(path("runs", id, "tool-outputs"), { outputs });

/** A new run from a step of this one. */
export const forkRun = (id: Id, step: number, inputs: Record<string, unknown> | undefined) =>
  api.post<Run>(path("runs", id, "fork"), { step, ...(inputs === undefined ? {} : { inputs }) });
