/** What can be done with the draft and the run on the canvas. */
import { useMemo } from "react";
import { toApiError } from "@/api/errors";
import type { Id, PendingCall, Run, Step } from "@/api/types";
import { cancelRun, executedBy } from "@/features/runs/queries";
import { isStop } from "@/features/runs/ResumeForms";
import { useEditorStore } from "../store";
import { useRunStore } from "./context";
import { forkWith, letGo, startDraft, startNode, type Pin } from "./queries";
import { remember, remembered } from "./remembered";
import { givenBefore, startedWith, trialOf } from "./rerun";
import type { Said } from "./said";

export type Inputs = Record<string, unknown>;

/** Nodes at breakpoints that the run lets begin when told so. */
export const stopsOf = (run: Run | undefined): PendingCall[] =>
  (run?.required_action?.calls ?? []).filter(isStop);

export function useRunActions() {
  const editor = useEditorStore();
  const store = useRunStore();
  return useMemo(() => {
    const workflow = (): Id => editor.getState().workflow.id;
    const trial = (step: boolean, more: Readonly<Record<string, Pin>> = {}) => {
      const { pins, breakpoints } = store.getState();
      return trialOf(editor.getState().document, { pins: { ...more, ...pins }, breakpoints, step });
    };
    return {
      /** The draft with these inputs; a chatflow is told what was said before. */
      run: (inputs: Inputs, { step = false, history = [] }: { step?: boolean; history?: readonly Said[] } = {}) => {
        remember(workflow(), { inputs });
        return store.getState().start(() => startDraft(workflow(), inputs, trial(step), history));
      },
      /** One node of the draft. */
      runNode: (node: string, inputs: Inputs) => {
        const nodes = { ...remembered(workflow()).nodes, [node]: inputs };
        remember(workflow(), { nodes });
        return store.getState().startSolo(node, () => startNode(workflow(), node, inputs));
      },
      /** The draft as it is now, from a node on; what does not follow from it is what the shown run gave. */
      rerun: (node: string) => {
        const steps = [...store.getState().fold.steps.values()];
        const ask = () => {
          const before = givenBefore(editor.getState().document, steps, node);
          return startDraft(workflow(), startedWith(steps), trial(false, before));
        };
        return store.getState().start(ask);
      },
      /** The shown run again from a step, as it was then, with its inputs or others. */
      fork: (step: Step, inputs: Inputs | undefined) => {
        const { runId } = store.getState();
        if (runId === undefined) return Promise.resolve(undefined);
        return store.getState().start(() => forkWith(runId, step.seq, inputs, trial(false)));
      },
      /** The run that is shown, or that of the node run alone. */
      stop: async (id: Id | undefined = store.getState().runId) => {
        if (id === undefined) return;
        try {
          await cancelRun(id);
        } catch (thrown) {
          // It was over before.
          if (toApiError(thrown).code !== "run_finished") throw thrown;
        }
        store.getState().goOn();
      },
      /** Past the breakpoints that the run waits at; with `step`, to the next node. */
      goOn: async (run: Run, step: boolean) => {
        await letGo(executedBy(run), stopsOf(run), { step });
        store.getState().goOn();
      },
    };
  }, [editor, store]);
}
