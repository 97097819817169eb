/** Runs of the draft that is on the canvas. */
import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, List, Run } from "@/api/types";
import { runsPath } from "@/features/runs/queries";
import type { Said } from "./said";

/** What stands for a node that is not run. */
export interface Pin {
  outputs: Record<string, unknown>;
  /** The way out it takes; absent: `out`. */
  port?: string;
}

/** How a run is tried out. */
export interface Trial {
  pins: Readonly<Record<string, Pin>>;
  breakpoints: readonly string[];
  /** Wait before every node. */
  step: boolean;
}

/** A trial as the API takes it. */
export function tried({ pins, breakpoints, step }: Trial) {
  const given = Object.entries(pins);
  const ports = given.flatMap(([id, { port }]) => (port === undefined ? [] : [[id, port] as const]));
  return {
    ...(given.length === 0 ? {} : { pins: Object.fromEntries(given.map(([id, { outputs }]) => [id, outputs])) }),
    ...(ports.length === 0 ? {} : { pin_ports: Object.fromEntries(ports) }),
    ...(breakpoints.length === 0 ? {} : { breakpoints: [...breakpoints] }),
    ...(step ? { step } : {}),
  };
}

/** `history`: what was said to a chatflow before, oldest first. */
export const startDraft = (
  workflow: Id,
  inputs: Record<string, unknown>,
  trial: Trial,
  history: readonly Said[] = [],
) =>
  api.post<Run>(path("workflows", workflow, "runs"), {
    draft: true,
    inputs,
    ...(history.length === 0 ? {} : { history }),
    ...tried(trial),
  });

export const startNode = (workflow: Id, node: string, inputs: Record<string, unknown>) =>
  api.post<Run>(path("workflows", workflow, "nodes", node, "runs"), { inputs });

/** The run again from a step, as it was; `inputs` stand for the step's own. */
export const forkWith = (
  run: Id,
  step: number,
  inputs: Record<string, unknown> | undefined,
  trial: Trial,
) => api.post<Run>(path("runs", run, "fork"), { step, ...(inputs ? { inputs } : {}), debug: tried(trial) });

/** Lets the nodes at breakpoints begin; `inputs` for one of them instead of its own. */
export const letGo = (
  run: Id,
  calls: readonly { call_id: string }[],
  { step, inputs }: { step: boolean; inputs?: Record<string, unknown> },
) =>
  api.post<Run>(path("runs", run, "tool-outputs"), {
    outputs: calls.map(({ call_id }) => ({
      call_id,
      approve: true,
      step,
      ...(inputs ? { output: JSON.stringify(inputs) } : {}),
    })),
  });

/** What the last run of a workflow was, for the values it left. */
export const lastRunQuery = (workspace: Id, workflow: Id) =>
  queryOptions({
    queryKey: ["workflows", workflow, "last-run"],
    queryFn: async ({ signal }) => {
      const query = { workflow_id: workflow, limit: 1 };
      return (await api.get<List<Run>>(runsPath(workspace), { signal, query })).items[0] ?? null;
    },
  });
