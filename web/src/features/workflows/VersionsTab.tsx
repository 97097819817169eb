import { GitCompare, History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow, WorkflowVersion } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { useFormat } from "@/app/format";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { useCan } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { NativeSelect } from "@/ui/input";
import { EmptyState } from "@/ui/states";
import { toast } from "@/ui/toast";
import { DiffView } from "./DiffView";
import {
  restoreWorkflow,
  workflowDraftQuery,
  workflowQuery,
  workflowVersionsKey,
  workflowVersionsPath,
} from "./queries";

const DRAFT = "draft";

/** What was published so far: compare, and bring back into the draft. */
export function VersionsTab({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const builder = useCan("builder");
  const versions = usePages<WorkflowVersion>(
    workflowVersionsKey(workflow.id),
    workflowVersionsPath(workflow.id),
  );
  const [comparing, setComparing] = useState<string>();
  const [restoring, setRestoring] = useState<WorkflowVersion>();
  return (
    <>
      <PagesView
        pages={versions}
        empty={
          <EmptyState icon={<History />} title={t("workflows:versions.empty")}>
            {t("workflows:versions.emptyHint")}
          </EmptyState>
        }
      >
        {(items) => (
          <ol className="space-y-2.5">
            {items.map((item) => (
              <li key={item.version} className="rounded-lg border border-line bg-surface px-3.5 py-3">
                <div className="flex flex-wrap items-center gap-2">
                  <span className="font-medium tabular-nums">{item.version}</span>
                  {item.version === workflow.published_version && (
                    <Badge tone="success">{t("workflows:versions.current")}</Badge>
                  )}
                  <span className="flex-1" />
                  <Button size="sm" onClick={() => setComparing(item.version)}>
                    <GitCompare />
                    {t("workflows:versions.compare")}
                  </Button>
                  {builder && (
                    <Button size="sm" onClick={() => setRestoring(item)}>
                      {t("workflows:versions.restore")}
                    </Button>
                  )}
                </div>
                {item.notes !== "" && (
                  <p className="mt-1 text-[13px] leading-5 break-words whitespace-pre-wrap text-soft">
                    {item.notes}
                  </p>
                )}
                <p className="mt-1 text-xs text-faint">
                  {item.published_by_name} · {format.dateTime(item.published_at)}
                </p>
              </li>
            ))}
          </ol>
        )}
      </PagesView>
      {comparing !== undefined && (
        <CompareDialog
          workflow={workflow}
          first={comparing}
          versions={versions.data?.map(({ version }) => version) ?? []}
          onClose={() => setComparing(undefined)}
        />
      )}
      <ConfirmDialog
        open={restoring !== undefined}
        onOpenChange={() => setRestoring(undefined)}
        title={t("workflows:versions.restoreTitle", { version: restoring?.version })}
        description={t("workflows:versions.restoreHint")}
        confirmLabel={t("workflows:versions.restore")}
        onConfirm={async () => {
          if (!restoring) return;
          const draft = await restoreWorkflow(workflow.id, restoring.version);
          queryClient.setQueryData(workflowDraftQuery(workflow.id).queryKey, draft);
          await queryClient.invalidateQueries({
            queryKey: workflowQuery(workflow.id).queryKey,
            exact: true,
          });
          toast({ title: t("workflows:versions.restored", { version: restoring.version }) });
        }}
      />
    </>
  );
}

function CompareDialog({
  workflow,
  first,
  versions,
  onClose,
}: {
  workflow: Workflow;
  first: string;
  versions: readonly string[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(DRAFT);
  const choice = (label: string, value: string, onChange: (side: string) => void) => (
    <NativeSelect aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value={DRAFT}>{t("workflows:versions.draft")}</option>
      {versions.map((version) => (
        <option key={version} value={version}>
          {version}
        </option>
      ))}
    </NativeSelect>
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-2xl"
      title={t("workflows:versions.compareTitle")}
      closeLabel={t("common:action.close")}
    >
      <div className="mb-4 flex flex-wrap items-center gap-2">
        {choice(t("workflows:diff.from"), from, setFrom)}
        <span aria-hidden="true" className="text-faint">
          →
        </span>
        {choice(t("workflows:diff.to"), to, setTo)}
      </div>
      <DiffView workflowId={workflow.id} from={from} to={to} />
    </Dialog>
  );
}
