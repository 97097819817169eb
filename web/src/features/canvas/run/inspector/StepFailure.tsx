import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { Notice } from "@/ui/states";
import { useEditor } from "../../store";

/** Why a node failed, in words: which node, what happened, and what followed from it. */
export function StepFailure({ id, step }: { id: string; step: Step }) {
  const { t } = useTranslation();
  const name = useEditor(({ document }) => document.nodes?.[id]?.title || id);
  const { error } = step;
  if (!error) return null;
  // The node failed and the run went on without it.
  const survived = step.status === "completed";
  return (
    <Notice
      tone={survived ? "warning" : "danger"}
      title={t(step.attempt > 1 ? "canvas-run:error.ofAttempts" : "canvas-run:error.of", {
        name,
        count: step.attempt,
      })}
      reference={error.code}
    >
      <FailureText failure={error} />
      {survived && (
        <p className="mt-1">{t(step.port === "error" ? "canvas-run:error.branched" : "canvas-run:error.stoodIn")}</p>
      )}
    </Notice>
  );
}
