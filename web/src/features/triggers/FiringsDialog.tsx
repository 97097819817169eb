/** What a trigger did. */
import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Trigger, TriggerFiring } from "@/api/types";
import { FailureLine } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { PagesView, usePages } from "@/app/paging";
import { StatusBadge } from "@/features/runs/RunStatus";
import { Badge } from "@/ui/badge";
import { Dialog } from "@/ui/dialog";
import { EmptyState } from "@/ui/states";
import { firingsKey, firingsPath } from "./queries";

const TONES = { started: "success", refused: "danger", skipped: "neutral" } as const;

export function FiringsDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const firings = usePages<TriggerFiring>(firingsKey(trigger.id), firingsPath(trigger.id));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-2xl"
      title={t("triggers:firings.title", { name: trigger.name })}
      description={t("triggers:firings.hint")}
      closeLabel={t("common:action.close")}
    >
      <PagesView pages={firings} empty={<EmptyState icon={<History />} title={t("triggers:never")} />}>
        {(items) => (
          <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
            {items.map((firing) => (
              <li key={firing.id} className="px-3 py-2 text-[13px]" data-firing={firing.outcome}>
                <div className="flex flex-wrap items-center gap-2">
                  <time dateTime={firing.at} className="tabular-nums">
                    {format.dateTime(firing.at)}
                  </time>
                  <Badge>{t(`triggers:cause.${firing.cause}`)}</Badge>
                  <Badge tone={TONES[firing.outcome]}>{t(`triggers:outcome.${firing.outcome}`)}</Badge>
                  <span className="flex-1" />
                  {firing.run_status && <StatusBadge status={firing.run_status} />}
                  {firing.run_id && firing.run_status && (
                    <Link
                      to="/w/$workspaceId/runs/$runId"
                      params={{ workspaceId: trigger.workspace_id, runId: firing.run_id }}
                      className="text-accent-text hover:underline"
                    >
                      {t("triggers:run")}
                    </Link>
                  )}
                </div>
                {firing.due_at && (
                  <p className="text-xs text-faint">{t("triggers:firings.due", { when: format.dateTime(firing.due_at) })}</p>
                )}
                {firing.reason && <FailureLine failure={firing.reason} />}
              </li>
            ))}
          </ol>
        )}
      </PagesView>
    </Dialog>
  );
}
