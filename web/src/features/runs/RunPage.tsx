import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, MessageSquare } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { followRun } from "@/api/sse";
import type { Id, RunDetail } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { useMe, useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { CopyLine } from "@/ui/copy";
import { Notice } from "@/ui/states";
import { cancelRun, runQuery } from "./queries";
import { applyRunEvent } from "./run-state";
import { StatusBadge } from "./RunStatus";
import { StepTimeline } from "./StepTimeline";
import { useNow } from "./useNow";

export function RunPage() {
  const { t } = useTranslation();
  const { runId } = useParams({ from: "/app/w/$workspaceId/runs/$runId" });
  const workspace = useWorkspace();
  const run = useQuery(runQuery(runId));
  return (
    <Page
      title={run.data ? t("runs:run.title", { name: run.data.agent_name }) : t("runs:title")}
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
  return (
    <div className="space-y-7">
      <Header run={run} />
      {lost !== undefined && <ErrorNotice error={lost} />}
      {run.error && (
        <Notice title={t("runs:run.failed")} reference={run.error.code}>
          <span className="whitespace-pre-wrap">{run.error.message}</span>
        </Notice>
      )}
      {run.status === "requires_action" && (
        <Notice tone="warning">
          {t("runs:run.waits", {
            names: run.required_action?.calls.map(({ name }) => name).join(", "),
          })}
        </Notice>
      )}
      <Section title={t("runs:steps")}>
        <StepTimeline steps={run.steps} busy={busy} currency={run.cost?.currency} />
      </Section>
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
    [t("runs:column.agent"), <AgentLink run={run} />],
    [t("runs:column.started"), format.dateTime(run.started_at ?? run.created_at)],
    [t("runs:column.duration"), <Duration run={run} />],
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
        {!ended(run) && (
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

function AgentLink({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const version =
    run.agent_version === null
      ? t("runs:draft")
      : t("runs:version", { version: run.agent_version });
  return (
    <>
      {run.agent_id === null ? (
        run.agent_name
      ) : (
        <Link
          to="/w/$workspaceId/agents/$agentId"
          params={{ workspaceId: run.workspace_id, agentId: run.agent_id }}
          className="text-accent-text hover:underline"
        >
          {run.agent_name}
        </Link>
      )}{" "}
      <span className="text-faint">{version}</span>
    </>
  );
}

/** Time so far, counted on while the run is under way. */
function Duration({ run }: { run: RunDetail }) {
  const format = useFormat();
  const open = run.started_at !== null && run.finished_at === null && run.status === "running";
  const now = useNow(open);
  if (run.started_at === null) return "—";
  const end = run.finished_at === null ? now : Date.parse(run.finished_at);
  return format.duration(Math.max(0, end - Date.parse(run.started_at)));
}
