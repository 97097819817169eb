/** What was published so far, each seen against the draft or another version; brings one back. */
import { useQuery } from "@tanstack/react-query";
import { History, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument, WorkflowVersion } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { queryClient } from "@/app/query";
import {
  restoreWorkflow,
  workflowDraftQuery,
  workflowQuery,
  workflowVersionChoicesQuery,
  workflowVersionQuery,
} from "@/features/workflows/queries";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/dialog";
import { NativeSelect } from "@/ui/input";
import { EmptyState, LoadingRows } from "@/ui/states";
import { toast } from "@/ui/toast";
import { useEditor, useEditorStore } from "../store";
import { ChangesView } from "./ChangesView";

const DRAFT = "draft";

export function VersionsDialog({ first, onClose }: { first?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const workflow = useEditor((state) => state.workflow);
  const readonly = useEditor((state) => state.readonly);
  const versions = useQuery({ ...workflowVersionChoicesQuery(workflow.id), staleTime: 0 });
  const [chosen, setChosen] = useState(first);
  const [against, setAgainst] = useState(DRAFT);
  const [restoring, setRestoring] = useState<string>();
  const items = versions.data ?? [];
  const version = chosen ?? items[0]?.version;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="h-[88dvh] max-h-none max-w-[1360px]"
      title={t("workflows:tab.versions")}
      description={t("canvas-around:versions.about")}
      closeLabel={t("common:action.close")}
    >
      <QueryView query={versions}>
        {() =>
          version === undefined ? (
            <EmptyState icon={<History />} title={t("workflows:versions.empty")}>
              {t("workflows:versions.emptyHint")}
            </EmptyState>
          ) : (
            <div className="flex h-full min-h-0 overflow-hidden rounded-lg border border-line max-md:flex-col">
              <VersionList items={items} current={workflow.published_version} chosen={version} onChoose={setChosen} />
              <div className="flex min-h-0 min-w-0 flex-1 flex-col">
                <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-[13px]">
                  <span className="font-medium">{version}</span>
                  <span aria-hidden="true" className="text-faint">
                    →
                  </span>
                  <NativeSelect
                    className="h-7 w-auto text-[13px]"
                    aria-label={t("canvas-around:versions.against")}
                    value={against}
                    onChange={(event) => setAgainst(event.target.value)}
                  >
                    <option value={DRAFT}>{t("canvas-around:versions.draft")}</option>
                    {items
                      .filter((item) => item.version !== version)
                      .map((item) => (
                        <option key={item.version}>{item.version}</option>
                      ))}
                  </NativeSelect>
                  <span className="flex-1" />
                  {!readonly && (
                    <Button size="sm" onClick={() => setRestoring(version)}>
                      <RotateCcw />
                      {t("workflows:versions.restore")}
                    </Button>
                  )}
                </div>
                <Compared key={`${version} ${against}`} version={version} against={against === version ? DRAFT : against} />
              </div>
            </div>
          )
        }
      </QueryView>
      <Restore version={restoring} onClose={() => setRestoring(undefined)} onDone={onClose} />
    </Dialog>
  );
}

function VersionList({
  items,
  current,
  chosen,
  onChoose,
}: {
  items: readonly WorkflowVersion[];
  current: string | null;
  chosen: string;
  onChoose: (version: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ol className="w-64 shrink-0 overflow-y-auto border-line bg-sunken p-2 max-md:max-h-40 max-md:w-full max-md:border-b md:border-r" data-versions>
      {items.map((item) => (
        <li key={item.version}>
          <button
            type="button"
            aria-pressed={item.version === chosen}
            onClick={() => onChoose(item.version)}
            className={cn("w-full rounded-md px-2.5 py-2 text-left", item.version === chosen ? "bg-accent-soft" : "hover:bg-hover")}
          >
            <span className="flex items-center gap-2 text-[13px] font-medium tabular-nums">
              {item.version}
              {item.version === current && <Badge tone="success">{t("workflows:versions.current")}</Badge>}
            </span>
            {item.notes !== "" && <span className="mt-0.5 line-clamp-2 text-xs leading-4 break-words text-soft">{item.notes}</span>}
            <span className="mt-0.5 block text-xs text-soft">
              {item.published_by_name} · {format.ago(item.published_at)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Compared({ version, against }: { version: string; against: string }) {
  const { t } = useTranslation();
  const id = useEditor((state) => state.workflow.id);
  const kinds = useEditor((state) => state.kinds);
  const draft = useEditor((state) => state.document);
  const before = useQuery(workflowVersionQuery(id, version));
  const after = useQuery({ ...workflowVersionQuery(id, against), enabled: against !== DRAFT });
  const later = against === DRAFT ? draft : (after.data?.document as WorkflowDocument | undefined);
  if (after.isError) return <QueryView query={after}>{() => null}</QueryView>;
  return (
    <QueryView query={before}>
      {({ document }) =>
        later ? (
          <ChangesView
            before={document as WorkflowDocument}
            after={later}
            kinds={kinds}
            sides={[version, against === DRAFT ? t("workflows:versions.draft") : against]}
          />
        ) : (
          <LoadingRows label={t("common:loading")} />
        )
      }
    </QueryView>
  );
}

/** The draft becomes the version; one step of undo takes it back. */
function Restore({ version, onClose, onDone }: { version: string | undefined; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  return (
    <ConfirmDialog
      open={version !== undefined}
      onOpenChange={onClose}
      title={t("workflows:versions.restoreTitle", { version })}
      description={t("canvas-around:versions.restoreHint")}
      confirmLabel={t("workflows:versions.restore")}
      onConfirm={async () => {
        if (version === undefined) return;
        const { workflow, flush, take } = editor.getState();
        await flush();
        const draft = await restoreWorkflow(workflow.id, version);
        take(draft);
        queryClient.setQueryData(workflowDraftQuery(workflow.id).queryKey, draft);
        await queryClient.invalidateQueries({ queryKey: workflowQuery(workflow.id).queryKey, exact: true });
        toast({ title: t("workflows:versions.restored", { version }) });
        onDone();
      }}
    />
  );
}
