/** The form that runs the draft; it begins with what was given last. */
import { Play, SkipForward } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { startFields } from "@/features/workflows/outline";
import { InputsForm } from "@/features/workflows/inputs/InputsForm";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { useEditor } from "../store";
import { useRunActions } from "./actions";
import { useRun, useRunStore } from "./context";
import { remembered } from "./remembered";
import { startedWith } from "./rerun";

export function StartTab() {
  const { t } = useTranslation();
  const store = useRunStore();
  const actions = useRunActions();
  const workflow = useEditor((state) => state.workflow.id);
  const fields = useEditor(({ document }) => JSON.stringify(startFields(document)));
  const errors = useEditor(({ findings }) => findings.filter(({ severity }) => severity === "error").length);
  const starting = useRun((state) => state.starting);
  const shown = useRun((state) => state.runId !== undefined && state.base === "" && state.phase !== "loading");
  const [initial, setInitial] = useState<Record<string, unknown>>(() => remembered(workflow).inputs ?? {});
  // Counts how often other values were put in: each is a form of its own.
  const [filled, setFilled] = useState(0);
  const step = useRef(false);
  const start = async (inputs: Record<string, unknown>) => {
    if (await actions.run(inputs, { step: step.current })) store.getState().openDock("result");
  };
  return (
    <div className="max-w-2xl space-y-3">
      {errors > 0 && <Notice tone="warning">{t("workflows:run.broken")}</Notice>}
      <InputsForm
        key={`${filled} ${fields}`}
        className="space-y-3"
        fields={JSON.parse(fields) as ReturnType<typeof startFields>}
        initial={initial}
        onSubmit={(inputs) => void start(inputs)}
      >
        <div className="sticky bottom-0 -mb-4 flex flex-wrap gap-2 border-t border-line bg-surface py-2.5">
          <Button variant="primary" type="submit" busy={starting} onClick={() => (step.current = false)}>
            {!starting && <Play />}
            {t("workflows:run.action")}
          </Button>
          <Button type="submit" disabled={starting} onClick={() => (step.current = true)}>
            <SkipForward />
            {t("canvas-run:bar.stepwise")}
          </Button>
          {shown && (
            <Button
              variant="ghost"
              onClick={() => {
                setInitial(startedWith(store.getState().fold.steps.values()));
                setFilled(filled + 1);
              }}
            >
              {t("canvas-run:start.fromShown")}
            </Button>
          )}
        </div>
      </InputsForm>
    </div>
  );
}
