/** Runs of this workflow: any can be opened on the canvas, any two be compared. */
import { GitCompare } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Run, RunStatus } from "@/api/types";
import { FailureLine } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { PagesView, usePages } from "@/app/paging";
import { useMe } from "@/app/session";
import { useProgramVersion } from "@/features/runs/ProgramLink";
import { runsKey, runsPath } from "@/features/runs/queries";
import { RUN_STATUSES, StatusBadge } from "@/features/runs/RunStatus";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { NativeSelect } from "@/ui/input";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { useEditor } from "../../store";
import { useRun, useRunStore } from "../context";
import { RunFigures } from "../Figures";
import { CompareView } from "./CompareView";
import { chosenPair, narrowed, type Form } from "./filters";

export function HistoryTab() {
  const { t } = useTranslation();
  const workflow = useEditor((state) => state.workflow);
  const me = useMe().user.id;
  const [status, setStatus] = useState<RunStatus>();
  const [form, setForm] = useState<Form>();
  const [chosen, setChosen] = useState<readonly Id[]>([]);
  const [comparing, setComparing] = useState<readonly [Id, Id]>();
  const runs = usePages<Run>(runsKey(workflow.workspace_id), runsPath(workflow.workspace_id), {
    workflow_id: workflow.id,
    status,
  });
  if (comparing) return <CompareView runs={comparing} onClose={() => setComparing(undefined)} />;
  const pair = chosenPair(chosen);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <NativeSelect
          className="w-40"
          aria-label={t("runs:filter.status")}
          value={status ?? ""}
          onChange={(event) => setStatus((event.target.value || undefined) as RunStatus | undefined)}
        >
          <option value="">{t("runs:filter.allStatuses")}</option>
          {RUN_STATUSES.map((one) => (
            <option key={one} value={one}>
              {t(`runs:status.${one}`)}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          className="w-44"
          aria-label={t("canvas-run:history.form")}
          value={form ?? ""}
          onChange={(event) => setForm((event.target.value || undefined) as Form | undefined)}
        >
          <option value="">{t("canvas-run:history.all")}</option>
          <option value="draft">{t("runs:draft")}</option>
          <option value="version">{t("canvas-run:history.versions")}</option>
          <option value="mine">{t("canvas-run:history.mine")}</option>
        </NativeSelect>
        <Button size="sm" onClick={() => void runs.refetch()} busy={runs.isRefetching}>
          {t("canvas-run:history.refresh")}
        </Button>
        <span className="flex-1" />
        <Button size="sm" disabled={!pair} onClick={() => setComparing(pair)}>
          <GitCompare />
          {t("canvas-run:history.compare")}
        </Button>
      </div>
      <PagesView pages={runs} empty={<EmptyState className="py-6" title={t("canvas-run:history.empty")} />}>
        {(items) => (
          <RunTable
            runs={narrowed(items, form, me)}
            chosen={chosen}
            onChoose={(id) => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2))}
          />
        )}
      </PagesView>
    </div>
  );
}

function RunTable({
  runs,
  chosen,
  onChoose,
}: {
  runs: readonly Run[];
  chosen: readonly Id[];
  onChoose: (id: Id) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const versionOf = useProgramVersion();
  const store = useRunStore();
  const shown = useRun((state) => state.runId);
  if (runs.length === 0) return <p className="py-4 text-center text-[13px] text-faint">{t("runs:nothing")}</p>;
  return (
    <Table label={t("canvas-run:tab.history")}>
      <thead>
        <tr>
          <Th className="w-8">
            <span className="sr-only">{t("canvas-run:history.compare")}</span>
          </Th>
          <Th>{t("runs:column.status")}</Th>
          <Th>{t("runs:column.started")}</Th>
          <Th>{t("workflows:run.which")}</Th>
          <Th className="text-right">{t("runs:column.duration")}</Th>
          <Th>
            <span className="sr-only">{t("canvas-run:history.open")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Tr key={run.id} data-run={run.id} className={cn(run.id === shown && "bg-accent-soft/50")}>
            <Td>
              <input
                type="checkbox"
                className="accent-accent"
                aria-label={t("canvas-run:history.choose", { when: format.dateTime(run.created_at) })}
                checked={chosen.includes(run.id)}
                onChange={() => onChoose(run.id)}
              />
            </Td>
            <Td>
              <StatusBadge status={run.status} />
              <FailureLine failure={run.error} />
            </Td>
            <Td className="whitespace-nowrap text-soft" title={format.dateTime(run.created_at)}>
              {format.ago(run.created_at)}
            </Td>
            <Td className="whitespace-nowrap">
              {versionOf(run)}
              {run.forked_from !== null && <span className="ml-1.5 text-xs text-faint">{t("canvas-run:history.forked")}</span>}
              {run.root_run_id !== null && <span className="ml-1.5 text-xs text-faint">{t("canvas-run:history.called")}</span>}
            </Td>
            <Td>
              <RunFigures run={run} className="justify-end" />
            </Td>
            <Td className="text-right">
              <Button size="sm" disabled={run.id === shown} onClick={() => store.getState().show(run.id)}>
                {t(run.id === shown ? "canvas-run:history.shown" : "canvas-run:history.open")}
              </Button>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
