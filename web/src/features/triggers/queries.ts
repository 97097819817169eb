import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, SavedTrigger, Schedule, Time, Trigger, TriggerChange, TriggerInput } from "@/api/types";
import { queryClient } from "@/app/query";

export const triggersKey = (workflowId: Id) => ["workflows", workflowId, "triggers"] as const;
export const triggersPath = (workflowId: Id) => path("workflows", workflowId, "triggers");

export const triggersQuery = (workflowId: Id) =>
  queryOptions({
    queryKey: triggersKey(workflowId),
    queryFn: async ({ signal }) => (await api.get<{ items: Trigger[] }>(triggersPath(workflowId), { signal })).items,
    // They fire by themselves.
    staleTime: 0,
    refetchInterval: 10_000,
  });

export const firingsKey = (id: Id) => ["triggers", id, "firings"] as const;
export const firingsPath = (id: Id) => path("triggers", id, "firings");

/** The next times of a schedule that is being written. */
export const scheduleTimesQuery = (schedule: Schedule) =>
  queryOptions({
    queryKey: ["schedule-times", schedule],
    queryFn: async ({ signal }) => (await api.post<{ times: Time[] }>("/schedule-times", schedule, { signal })).times,
    retry: false,
  });

const refresh = async <T>(workflowId: Id, answer: Promise<T>): Promise<T> => {
  const done = await answer;
  await queryClient.invalidateQueries({ queryKey: triggersKey(workflowId) });
  return done;
};

export const createTrigger = (workflowId: Id, input: TriggerInput) =>
  refresh(workflowId, api.post<SavedTrigger>(triggersPath(workflowId), input));
export const updateTrigger = (trigger: Trigger, change: TriggerChange) =>
  refresh(trigger.workflow_id, api.patch<SavedTrigger>(path("triggers", trigger.id), change));
export const rotateTrigger = (trigger: Trigger, part: "url" | "signing_secret") =>
  refresh(trigger.workflow_id, api.post<SavedTrigger>(path("triggers", trigger.id, "rotate"), { part }));
export const deleteTrigger = (trigger: Trigger) =>
  refresh(trigger.workflow_id, api.delete(path("triggers", trigger.id)));
export const fireTrigger = (trigger: Trigger) =>
  refresh(trigger.workflow_id, api.post<{ run_id: Id }>(path("triggers", trigger.id, "fire"), {}));
