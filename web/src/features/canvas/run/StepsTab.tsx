/** All steps of the run in their order, what ran inside another below it. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { StepTimeline } from "@/features/runs/StepTimeline";
import { useEditorStore } from "../store";
import { useRun, useRunStore } from "./context";
import { NoRun } from "./NoRun";
import { isBusy } from "./run-fold";
import { focusOn } from "./places";

export function StepsTab() {
  const { t } = useTranslation();
  const fold = useRun((state) => state.fold);
  const nothing = useRun((state) => state.runId === undefined);
  const editor = useEditorStore();
  const store = useRunStore();
  const steps = useMemo(() => [...fold.steps.values()].sort((a, b) => a.seq - b.seq), [fold.steps]);
  if (nothing) return <NoRun />;
  return (
    <StepTimeline
      steps={steps}
      busy={isBusy(fold.run)}
      currency={fold.run?.cost?.currency}
      action={{
        label: t("canvas-run:steps.inspect"),
        run: (step) => {
          const focus = focusOn(step);
          if (!focus) return;
          for (const [container, iteration] of Object.entries(focus.around)) store.getState().look(container, iteration);
          editor.getState().reveal(focus.node);
          store.getState().openDock("node");
        },
      }}
    />
  );
}
