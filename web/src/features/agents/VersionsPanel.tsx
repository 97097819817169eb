import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent, AgentConfig, AgentVersion } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { JsonView } from "@/features/runs/JsonView";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog, SidePanel } from "@/ui/dialog";
import { EmptyState } from "@/ui/states";
import { toast } from "@/ui/toast";
import { agentQuery, restoreVersion, versionQuery, versionsKey, versionsPath } from "./queries";
import type { DraftHandle } from "./useDraft";

/** What was published so far: read, and bring back into the draft. */
export function VersionsPanel({
  agent,
  draft,
  open,
  onOpenChange,
}: {
  agent: Agent;
  draft: DraftHandle;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <SidePanel
      open={open}
      onOpenChange={onOpenChange}
      title={t("agents:versions.title")}
      closeLabel={t("common:action.close")}
    >
      <div className="p-4">
        <Versions agent={agent} draft={draft} onRestored={() => onOpenChange(false)} />
      </div>
    </SidePanel>
  );
}

function Versions({
  agent,
  draft: { store },
  onRestored,
}: {
  agent: Agent;
  draft: DraftHandle;
  onRestored: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const versions = usePages<AgentVersion>(versionsKey(agent.id), versionsPath(agent.id));
  const [viewing, setViewing] = useState<AgentVersion>();
  const [restoring, setRestoring] = useState<AgentVersion>();
  return (
    <>
      <PagesView
        pages={versions}
        empty={
          <EmptyState icon={<History />} title={t("agents:versions.empty")}>
            {t("agents:versions.emptyHint")}
          </EmptyState>
        }
      >
        {(items) => (
          <ol className="space-y-2.5">
            {items.map((item) => (
              <li key={item.version} className="rounded-lg border border-line px-3.5 py-3">
                <div className="flex items-center gap-2">
                  <span className="font-medium tabular-nums">
                    {t("runs:version", { version: item.version })}
                  </span>
                  {item.name !== "" && <span className="min-w-0 truncate">{item.name}</span>}
                  {item.version === agent.published_version && (
                    <Badge tone="success">{t("agents:versions.current")}</Badge>
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
                <div className="mt-2 flex gap-2">
                  <Button size="sm" onClick={() => setViewing(item)}>
                    {t("agents:versions.view")}
                  </Button>
                  <Button size="sm" onClick={() => setRestoring(item)}>
                    {t("agents:versions.restore")}
                  </Button>
                </div>
              </li>
            ))}
          </ol>
        )}
      </PagesView>
      {viewing && (
        <VersionDialog agent={agent} version={viewing} onClose={() => setViewing(undefined)} />
      )}
      <ConfirmDialog
        open={restoring !== undefined}
        onOpenChange={() => setRestoring(undefined)}
        title={t("agents:versions.restoreTitle", { version: restoring?.version })}
        description={t("agents:versions.restoreHint")}
        confirmLabel={t("agents:versions.restore")}
        onConfirm={async () => {
          if (!restoring) return;
          store.take(await restoreVersion(agent.id, restoring.version));
          await queryClient.invalidateQueries({ queryKey: agentQuery(agent.id).queryKey, exact: true });
          toast({ title: t("agents:versions.restored", { version: restoring.version }) });
          onRestored();
        }}
      />
    </>
  );
}

function VersionDialog({
  agent,
  version,
  onClose,
}: {
  agent: Agent;
  version: AgentVersion;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const detail = useQuery(versionQuery(agent.id, version.version));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${t("runs:version", { version: version.version })} ${version.name}`}
      closeLabel={t("common:action.close")}
      className="max-w-2xl"
    >
      <QueryView query={detail}>{({ config }) => <ConfigView config={config} />}</QueryView>
    </Dialog>
  );
}

function ConfigView({ config }: { config: AgentConfig }) {
  const { t } = useTranslation();
  const { prompt, ...rest } = config;
  return (
    <div className="space-y-4">
      <div>
        <p className="mb-1 text-xs text-faint">{t("agents:prompt.label")}</p>
        <JsonView value={prompt} />
      </div>
      <div>
        <p className="mb-1 text-xs text-faint">{t("agents:settings")}</p>
        <JsonView value={rest} />
      </div>
    </div>
  );
}
