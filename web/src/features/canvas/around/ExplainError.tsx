import { useMutation } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { Button } from "@/ui/button";
import { explainRun } from "./assist";

/** A model says in plain words why the run failed. Asked only by a click. */
export function ExplainError({ runId }: { runId: Id }) {
  const { t } = useTranslation();
  const action = useMutation({
    mutationFn: () => explainRun(runId),
    meta: { inline: true },
  });
  return (
    <div className="mt-2 space-y-2" data-explain>
      {action.data ? (
        <div className="rounded-lg border border-line bg-surface px-3 py-2 text-[13px] leading-5 text-text" role="status">
          <p className="mb-1 flex items-center gap-1.5 text-xs text-faint">
            <Sparkles aria-hidden="true" className="size-3.5" />
            {t("canvas-around:explain.by", { model: action.data.model })}
          </p>
          <p className="max-h-64 overflow-y-auto break-words whitespace-pre-wrap">{action.data.text}</p>
        </div>
      ) : (
        <Button size="sm" busy={action.isPending} onClick={() => action.mutate()}>
          <Sparkles />
          {t("canvas-around:explain.action")}
        </Button>
      )}
      {action.isError && <ErrorNotice error={action.error} />}
    </div>
  );
}
