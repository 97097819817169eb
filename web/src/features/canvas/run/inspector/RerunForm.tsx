/** Takes the run again from a node: with the draft as it is now, or as it was then with other inputs. */
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { InputsForm } from "@/features/workflows/inputs/InputsForm";
import { startFields } from "@/features/workflows/outline";
import { Button } from "@/ui/button";
import { useEditor } from "../../store";
import { useRunActions, type Inputs } from "../actions";
import { useRun } from "../context";
import { outermost } from "../rerun";
import { fieldsOf } from "./NodeRunForm";

type Form = "now" | "then";

export function RerunForm({
  id,
  step,
  first = "now",
  onClose,
}: {
  id: string;
  step: Step;
  first?: Form;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const actions = useRunActions();
  const document = useEditor((state) => state.document);
  const starting = useRun((state) => state.starting);
  // What another run calls is taken again with that run.
  const forms: readonly Form[] = useRun((state) => state.fold.run?.root_run_id != null) ? ["now"] : ["now", "then"];
  const [form, setForm] = useState<Form>(first);
  const node = document.nodes?.[id];
  const before = typeof step.input === "object" && step.input !== null ? (step.input as Inputs) : {};
  const around = outermost(document, id);
  const fields = step.node?.kind === "start" ? startFields(document) : node ? fieldsOf(id, node) : [];
  const again = (inputs: Inputs) => {
    const changed = JSON.stringify(inputs) !== JSON.stringify(before);
    void actions.fork(step, changed ? inputs : undefined).then((run) => run && onClose());
  };
  const buttons = (submit: boolean) => (
    <div className="flex gap-2">
      <Button
        size="sm"
        variant="primary"
        type={submit ? "submit" : "button"}
        busy={starting}
        onClick={submit ? undefined : () => void actions.rerun(id).then((run) => run && onClose())}
      >
        {!starting && <RotateCcw />}
        {t("canvas-run:rerun.action")}
      </Button>
      <Button size="sm" onClick={onClose}>
        {t("common:action.cancel")}
      </Button>
    </div>
  );
  return (
    <section
      aria-label={t("runs:fork.action")}
      className="max-w-2xl space-y-3 rounded-lg border border-line bg-canvas px-4 py-3"
    >
      <fieldset className="space-y-1.5">
        <legend className="sr-only">{t("runs:fork.action")}</legend>
        {forms.map((name) => (
          <label key={name} className="flex items-start gap-2 text-[13px]">
            <input
              type="radio"
              name="rerun"
              checked={form === name}
              onChange={() => setForm(name)}
              className="mt-1 accent-accent"
            />
            <span>
              <span className="font-medium">{t(`canvas-run:rerun.${name}`)}</span>
              <span className="block text-xs leading-5 text-faint">{t(`canvas-run:rerun.${name}Hint`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {form === "now" ? (
        <>
          {around !== id && (
            <p className="text-xs text-soft">
              {t("canvas-run:rerun.container", { name: document.nodes?.[around]?.title || around })}
            </p>
          )}
          {buttons(false)}
        </>
      ) : (
        <InputsForm className="space-y-3" fields={fields} initial={before} onSubmit={again}>
          {buttons(true)}
        </InputsForm>
      )}
    </section>
  );
}
