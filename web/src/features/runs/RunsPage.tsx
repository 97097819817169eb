import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Run, RunStatus } from "@/api/types";
import { FailureLine } from "@/app/FailureText";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useWorkspace } from "@/app/session";
import { agentChoicesQuery } from "@/features/agents/queries";
import { workflowChoicesQuery } from "@/features/workflows/queries";
import { NativeSelect } from "@/ui/input";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { programName, useProgramVersion } from "./ProgramLink";
import { runsKey, runsPath } from "./queries";
import { RUN_STATUSES, StatusBadge } from "./RunStatus";

export function RunsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const search = useSearch({ from: "/app/w/$workspaceId/runs" });
  const agents = useQuery(agentChoicesQuery(workspace.id));
  const workflows = useQuery(workflowChoicesQuery(workspace.id));
  const runs = usePages<Run>(runsKey(workspace.id), runsPath(workspace.id), {
    agent_id: search.agent,
    workflow_id: search.workflow,
    status: search.status,
    // What workflows call is shown with them, and among the runs of what is called.
    called: search.workflow === undefined ? false : undefined,
  });
  const { refetch } = runs;
  const open = runs.data?.some(({ status }) => status === "queued" || status === "running");
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => void refetch(), 3_000);
    return () => clearInterval(timer);
  }, [open, refetch]);

  const filter = (part: { agent?: string; workflow?: string; status?: RunStatus }) =>
    void navigate({
      to: "/w/$workspaceId/runs",
      params: { workspaceId: workspace.id },
      search: { ...search, ...part },
      replace: true,
    });
  const filtered = [search.agent, search.workflow, search.status].some((part) => part !== undefined);

  return (
    <Page title={t("runs:title")} description={t("runs:description")}>
      <div className="mb-4 flex flex-wrap gap-2">
        <NativeSelect
          className="w-60 max-w-full"
          aria-label={t("runs:filter.program")}
          value={search.agent ? `agent ${search.agent}` : search.workflow ? `workflow ${search.workflow}` : ""}
          onChange={({ target }) => {
            const [kind, id] = target.value.split(" ");
            filter({
              agent: kind === "agent" ? id : undefined,
              workflow: kind === "workflow" ? id : undefined,
            });
          }}
        >
          <option value="">{t("runs:filter.all")}</option>
          <Choices kind="agent" label={t("app:nav.agents")} items={agents.data} />
          <Choices kind="workflow" label={t("app:nav.workflows")} items={workflows.data} />
        </NativeSelect>
        <NativeSelect
          className="w-40"
          aria-label={t("runs:filter.status")}
          value={search.status ?? ""}
          onChange={(event) =>
            filter({ status: (event.target.value || undefined) as RunStatus | undefined })
          }
        >
          <option value="">{t("runs:filter.allStatuses")}</option>
          {RUN_STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`runs:status.${status}`)}
            </option>
          ))}
        </NativeSelect>
      </div>
      <PagesView
        pages={runs}
        empty={
          <EmptyState
            icon={<Activity />}
            title={filtered ? t("runs:nothing") : t("runs:empty.title")}
          >
            {filtered ? undefined : t("runs:empty.hint")}
          </EmptyState>
        }
      >
        {(items) => <RunTable runs={items} />}
      </PagesView>
    </Page>
  );
}

function Choices({
  kind,
  label,
  items,
}: {
  kind: string;
  label: string;
  items: readonly { id: string; name: string }[] | undefined;
}) {
  if (!items || items.length === 0) return null;
  return (
    <optgroup label={label}>
      {items.map(({ id, name }) => (
        <option key={id} value={`${kind} ${id}`}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}

function RunTable({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const workspace = useWorkspace();
  const versionOf = useProgramVersion();
  return (
    <Table label={t("runs:title")}>
      <thead>
        <tr>
          <Th>{t("runs:column.status")}</Th>
          <Th>{t("runs:column.program")}</Th>
          <Th className="max-sm:hidden">{t("runs:column.started")}</Th>
          <Th className="text-right">{t("runs:column.duration")}</Th>
          <Th className="text-right max-md:hidden">{t("runs:column.tokens")}</Th>
          <Th className="text-right max-md:hidden">{t("runs:column.cost")}</Th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Tr key={run.id}>
            <Td>
              <StatusBadge status={run.status} />
            </Td>
            <Td>
              <Link
                to="/w/$workspaceId/runs/$runId"
                params={{ workspaceId: workspace.id, runId: run.id }}
                className="font-medium hover:underline"
              >
                {programName(run) || t("runs:unnamed")}
              </Link>
              <span className="ml-1.5 text-xs text-faint">
                {versionOf(run)}
              </span>
              {run.root_run_id !== null && (
                <Link
                  to="/w/$workspaceId/runs/$runId"
                  params={{ workspaceId: workspace.id, runId: run.parent_run_id ?? run.root_run_id }}
                  className="ml-1.5 text-xs text-accent-text hover:underline"
                >
                  {t("runs:called")}
                </Link>
              )}
              <FailureLine failure={run.error} />
            </Td>
            <Td
              className="whitespace-nowrap text-soft max-sm:hidden"
              title={format.dateTime(run.created_at)}
            >
              {format.ago(run.created_at)}
            </Td>
            <Td className="text-right whitespace-nowrap tabular-nums">
              {run.started_at && run.finished_at
                ? format.duration(Date.parse(run.finished_at) - Date.parse(run.started_at))
                : "—"}
            </Td>
            <Td className="text-right tabular-nums max-md:hidden">
              {format.number(run.usage.total_tokens)}
            </Td>
            <Td className="text-right tabular-nums max-md:hidden">
              {run.cost ? format.money(run.cost.amount, run.cost.currency) : "—"}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
