/** What a node gave last: for the reference picker, pins and forms. */
import { useQuery } from "@tanstack/react-query";
import type { Step } from "@/api/types";
import { runQuery } from "@/features/runs/queries";
import { useEditor } from "../store";
import { useRun } from "./context";
import { shownStep } from "./pager";
import { isOwn, pathOf } from "./places";
import { lastRunQuery } from "./queries";
import { foldOf } from "./store";

export type Outputs = Record<string, unknown>;

const outputsOf = (step: Step | undefined): Outputs | undefined => {
  const output = step?.output;
  return typeof output === "object" && output !== null && !Array.isArray(output) ? (output as Outputs) : undefined;
};

/**
 * Its outputs by name: pinned ones, else of the run that is shown (or the node run alone), else of
 * the last run of the workflow. Nothing when it never ran.
 */
export function useLastOutputs(nodeId: string): Outputs | undefined {
  const pin = useRun((state) => state.pins[nodeId]);
  const shown = useRun((state) => shownStep(foldOf(state, nodeId), nodeId, state.focus));
  const nothing = useRun((state) => state.phase === "none");
  const workflow = useEditor((state) => state.workflow);
  const last = useQuery({
    ...lastRunQuery(workflow.workspace_id, workflow.id),
    enabled: nothing && pin === undefined && shown === undefined,
  });
  const run = useQuery({ ...runQuery(last.data?.id ?? ""), enabled: nothing && last.data != null });
  const earlier = nothing
    ? run.data?.steps.findLast((step) => step.kind === "node" && step.node?.id === nodeId && isOwn(pathOf(step)))
    : undefined;
  return pin?.outputs ?? outputsOf(shown) ?? outputsOf(earlier);
}

