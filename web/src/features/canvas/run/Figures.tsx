/** How long, how many tokens, how much money: in one line. */
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import { useFormat } from "@/app/format";
import { RunDuration } from "@/features/runs/RunDuration";
import { cn } from "@/ui/cn";

export function RunFigures({ run, className }: { run: Run; className?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className={cn("flex items-center gap-2.5 text-xs whitespace-nowrap text-soft tabular-nums", className)}>
      <span title={t("runs:column.duration")}>
        <RunDuration run={run} />
      </span>
      {run.usage.total_tokens > 0 && (
        <span
          title={t("runs:run.tokens", {
            input: format.number(run.usage.input_tokens),
            output: format.number(run.usage.output_tokens),
          })}
        >
          {t("chat:tokens", { number: format.compact(run.usage.total_tokens) })}
        </span>
      )}
      {run.cost && <span title={t("runs:column.cost")}>{format.money(run.cost.amount, run.cost.currency)}</span>}
    </span>
  );
}
