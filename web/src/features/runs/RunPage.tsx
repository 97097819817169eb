import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, GitFork, MessageSquare, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { followRun } from "@/api/sse";
import type { Id, RunDetail, Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { useMe, useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { CopyLine } from "@/ui/copy";
import { Notice } from "@/ui/states";
import { ForkDialog } from "./ForkDialog";
import { JsonView } from "./JsonView";
import { ProgramLink, programName } from "./ProgramLink";
import { cancelRun, runQuery } from "./queries";
import { ResumeForms } from "./ResumeForms";
import { applyRunEvent } from "./run-state";
import { RunDuration } from "./RunDuration";
import { StatusBadge } from "./RunStatus";
import { StepTimeline } from "./StepTimeline";

export function RunPage() {
  const { t } = useTranslation();
  const { runId } = useParams({ from: "/app/w/$workspaceId/runs/$runId" });
  const workspace = useWorkspace();
  const run = useQuery(runQuery(runId));
  return (
    <Page
      title={run.data ? t("runs:run.title", { name: programName(run.data) }) : t("runs:title")}
      className="max-w-4xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/w/$workspaceId/runs" params={{ workspaceId: workspace.id }}>
            <ArrowLeft />
            {t("runs:title")}
          </Link>
        </Button>
      }
    >
      <QueryView query={run}>{(data) => <RunView key={data.id} run={data} />}</QueryView>
    </Page>
  );
}

const ended = ({ status }: RunDetail) =>
  status === "completed" || status === "failed" || status === "cancelled";

/** Follows the run's events into the query's data; tells what broke the stream. */
function useLive(runId: Id, live: boolean): unknown {
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    const { queryKey } = runQuery(runId);
    void (async () => {
      try {
        for await (const event of followRun(runId, { signal: stop.signal }))
          queryClient.setQueryData(queryKey, (before) => before && applyRunEvent(before, event));
        // What no event carries: how the open steps ended.
        if (!stop.signal.aborted) await queryClient.invalidateQueries({ queryKey });
      } catch (thrown) {
        setError(thrown);
      }
    })();
    return () => stop.abort();
  }, [runId, live]);
  return error;
}

function RunView({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const busy = run.status === "queued" || run.status === "running";
  const lost = useLive(run.id, busy);
  const [forking, setForking] = useState<Step>();
  return (
    <div className="space-y-7">
      <Header run={run} />
      {lost !== undefined && <ErrorNotice error={lost} />}
      {run.error && (
        <Notice title={t("runs:run.failed")} reference={run.error.code}>
          <FailureText failure={run.error} />
        </Notice>
      )}
      {run.status === "requires_action" &&
        (run.conversation_id === null || run.workflow_id !== null ? (
          <ResumeForms run={run} />
        ) : (
          <Notice tone="warning">
            {t("runs:run.waits", {
              names: run.required_action?.calls.map(({ name }) => name).join(", "),
            })}
          </Notice>
        ))}
      {run.output !== null && run.output !== undefined && (
        <Section title={t("runs:run.output")}>
          <JsonView value={run.output} />
        </Section>
      )}
      <Section title={t("runs:steps")}>
        <StepTimeline
          steps={run.steps}
          busy={busy}
          currency={run.cost?.currency}
          action={
            run.workflow_id !== null && run.root_run_id === null && ended(run)
              ? { label: t("runs:fork.action"), icon: <GitFork />, run: setForking }
              : undefined
          }
        />
      </Section>
      {forking && <ForkDialog run={run} step={forking} onClose={() => setForking(undefined)} />}
    </div>
  );
}

function Header({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  // A conversation is open to the one who has it.
  const mine = useMe().user.id === run.created_by;
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSettled: (_data, thrown) => {
      if (thrown && toApiError(thrown).code !== "run_finished") return;
      return queryClient.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
    },
  });
  const facts: [string, React.ReactNode][] = [
    [t(`runs:program.${run.workflow_id === null ? "agent" : "workflow"}`), <ProgramLink run={run} />],
    [t("runs:column.started"), format.dateTime(run.started_at ?? run.created_at)],
    [t("runs:column.duration"), <RunDuration run={run} />],
    [
      t("runs:column.tokens"),
      t("runs:run.tokens", {
        input: format.number(run.usage.input_tokens),
        output: format.number(run.usage.output_tokens),
      }),
    ],
    [t("runs:column.cost"), run.cost ? format.money(run.cost.amount, run.cost.currency) : "—"],
    [t("runs:run.resumed"), run.resumed === 0 ? t("common:never") : format.number(run.resumed)],
  ];
  const related: [string, Id | null][] = [
    [t("runs:run.partOf"), run.root_run_id],
    // Workflows in workflows: the one between.
    [t("runs:run.calledBy"), run.parent_run_id === run.root_run_id ? null : run.parent_run_id],
    [t("runs:run.forkedFrom"), run.forked_from],
  ];
  for (const [label, id] of related)
    if (id !== null)
      facts.push([
        label,
        <Link
          to="/w/$workspaceId/runs/$runId"
          params={{ workspaceId: run.workspace_id, runId: id }}
          className="text-accent-text hover:underline"
        >
          {id}
        </Link>,
      ]);
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge status={run.status} />
        <CopyLine
          text={run.id}
          label={t("common:action.copy")}
          doneLabel={t("common:action.copied")}
          className="max-w-full border-0 bg-transparent py-0 text-faint"
        />
        <span className="flex-1" />
        {run.conversation_id !== null && mine && (
          <Button asChild size="sm">
            <Link
              to="/w/$workspaceId/chat/$conversationId"
              params={{ workspaceId: run.workspace_id, conversationId: run.conversation_id }}
            >
              <MessageSquare />
              {t("runs:run.conversation")}
            </Link>
          </Button>
        )}
        {run.workflow_id !== null && (
          <Button asChild size="sm">
            <Link
              to="/w/$workspaceId/workflows/$workflowId/run"
              params={{ workspaceId: run.workspace_id, workflowId: run.workflow_id }}
              search={{ from: run.id }}
            >
              <RotateCcw />
              {t("runs:run.again")}
            </Link>
          </Button>
        )}
        {!ended(run) && run.root_run_id === null && (
          <Button size="sm" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("runs:run.cancel")}
          </Button>
        )}
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 rounded-lg border border-line px-4 py-3.5 sm:grid-cols-3">
        {facts.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-faint">{label}</dt>
            <dd className="mt-0.5 truncate text-[13px] tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
