/** A question with what was done and said about it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Brain, ChevronLeft, ChevronRight } from "lucide-react";
import { memo, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Message, Run, Step } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { runQuery } from "@/features/runs/queries";
import { ResumeForms } from "@/features/runs/ResumeForms";
import { IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";
import { Notice } from "@/ui/states";
import { Attachments } from "./Attachments";
import { completeOutputs, decide, type Decisions } from "./approvals";
import { isBusy, isLocal, textOf } from "./chat-state";
import { LazyMarkdown } from "./LazyMarkdown";
import type { ChatSession } from "./session";
import { ToolCall } from "./ToolCall";
import { TurnFooter } from "./TurnFooter";
import type { Attempt, ChatTurn } from "./turns";

interface Props {
  turn: ChatTurn;
  run: Run | undefined;
  steps: readonly Step[] | undefined;
  session: ChatSession;
  workspaceId: Id;
  isLast: boolean;
  /** A stream is open that writes into this turn. */
  live: boolean;
  /** Show tool calls unfolded. */
  detailed: boolean;
}

/** The run as the stream told it, else as the server has it when something is off. */
function useRunOf(turn: ChatTurn, known: Run | undefined, wanted: boolean) {
  const runId = turn.attempts.at(-1)?.runId ?? turn.question?.run_id ?? null;
  const query = useQuery({
    ...runQuery(runId ?? ""),
    enabled: wanted && known === undefined && runId !== null,
  });
  return known ?? query.data;
}

const isPartial = (message: Message) =>
  message.status === "interrupted" || message.status === "failed";

export const TurnView = memo(function TurnView(props: Props) {
  const { turn, session, workspaceId, isLast, live, detailed } = props;
  const [at, setAt] = useState<number>();
  const count = turn.attempts.length;
  const shown = Math.min(at ?? count - 1, count - 1);
  // A new run has said nothing yet: the former answer makes room for it.
  const fresh = live && props.run !== undefined && turn.attempts.at(-1)?.runId !== props.run.id;
  const attempt = fresh ? undefined : turn.attempts[shown];
  const newest = fresh || shown === count - 1;
  const answers = attempt?.items.filter((item) => item.kind === "answer") ?? [];
  const unfinished = answers.length === 0 || answers.some(({ message }) => isPartial(message));
  const run = useRunOf(turn, props.run, !live && (isLast || unfinished));
  const busy = live || (isLast && isBusy(run));

  return (
    <article className="space-y-4" data-turn={turn.key}>
      {turn.question && <Question message={turn.question} />}
      <div className="space-y-3">
        {attempt && (
          <AttemptView
            attempt={attempt}
            run={newest ? run : undefined}
            steps={newest ? props.steps : undefined}
            session={session}
            busy={busy && newest}
            detailed={detailed}
            workspaceId={workspaceId}
          />
        )}
        {busy && newest && <Working attempt={attempt} />}
        {!busy && newest && run && <Outcome run={run} workspaceId={workspaceId} />}
        {!busy && turn.question && !isLocal(turn.question) && (
          <TurnFooter
            answer={answers.at(-1)?.message}
            run={newest ? run : undefined}
            runId={attempt?.runId ?? turn.question.run_id}
            session={session}
            workspaceId={workspaceId}
            regenerable={isLast && newest && run?.status !== "requires_action"}
            question={turn.question}
            pager={
              count > 1 ? <Pager shown={shown} count={count} onChange={setAt} /> : null
            }
          />
        )}
      </div>
    </article>
  );
});

function Question({ message }: { message: Message }) {
  const text = textOf(message);
  return (
    <div className={`flex flex-col items-end gap-2 ${isLocal(message) ? "opacity-60" : ""}`}>
      <Attachments parts={message.content} />
      {text !== "" && (
        <div className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 leading-relaxed break-words whitespace-pre-wrap">
          {text}
        </div>
      )}
    </div>
  );
}

function AttemptView({
  attempt,
  run,
  steps,
  session,
  busy,
  detailed,
  workspaceId,
}: {
  attempt: Attempt;
  run: Run | undefined;
  steps: readonly Step[] | undefined;
  session: ChatSession;
  busy: boolean;
  detailed: boolean;
  workspaceId: Id;
}) {
  const [decisions, setDecisions] = useState<Decisions>({});
  const action = !busy && run?.status === "requires_action" ? run.required_action : null;
  const toolSteps = steps?.filter(({ kind }) => kind === "tool");
  // What workflows ask that were called: they have forms of their own.
  const inside = action?.calls.filter((call) => call.run != null) ?? [];
  let tools = 0;
  const items = attempt.items.map((item) => {
    if (item.kind === "answer")
      return <Answer key={item.message.id} message={item.message} />;
    const step = toolSteps?.[tools++];
    return (
      <ToolCall
        key={item.callId}
        item={item}
        durationMs={step?.name === item.name ? step.duration_ms : undefined}
        running={busy}
        pending={action?.calls.find(({ call_id }) => call_id === item.callId)}
        asks={inside.some((call) => call.run === item.runId)}
        decided={decisions[item.callId]}
        onDecide={(output) => {
          if (!action || !run) return;
          const next = decide(action, decisions, output);
          setDecisions(next);
          const outputs = completeOutputs(action, next);
          if (outputs) void session.submit(run.id, outputs).finally(() => setDecisions({}));
        }}
        open={detailed}
        workspaceId={workspaceId}
      />
    );
  });
  return (
    <>
      {items}
      {run && inside.length > 0 && (
        <ResumeForms
          run={{ ...run, required_action: { calls: inside } }}
          submit={(output) => session.submit(run.id, [output])}
        />
      )}
    </>
  );
}

function Answer({ message }: { message: Message }) {
  const { t } = useTranslation();
  const text = textOf(message);
  // Reading Markdown takes longer the longer the text: typing goes before it.
  const drawn = useDeferredValue(text);
  const writing = message.status === "streaming";
  return (
    <div className="space-y-2">
      {message.reasoning && (
        <details className="group rounded-lg bg-sunken px-3 py-2 text-[13px] text-soft" open={writing && text === ""}>
          <summary className="flex cursor-pointer list-none items-center gap-1.5 text-xs text-faint">
            <Brain aria-hidden="true" className="size-3.5" />
            {t("chat:reasoning")}
            <ChevronRight aria-hidden="true" className="size-3 transition-transform group-open:rotate-90" />
          </summary>
          <p className="mt-1.5 leading-relaxed break-words whitespace-pre-wrap">{message.reasoning}</p>
        </details>
      )}
      {text !== "" && <LazyMarkdown text={drawn} />}
      {/* Of an answer that never began the failure below tells. */}
      {isPartial(message) && (text !== "" || message.reasoning) && (
        <p className="inline-flex rounded bg-warning-soft px-2 py-0.5 text-xs text-warning-text">
          {t(`chat:partial.${message.status}`)}
        </p>
      )}
    </div>
  );
}

/** Something is under way and nothing of it can be read yet. */
function Working({ attempt }: { attempt: Attempt | undefined }) {
  const { t } = useTranslation();
  const newest = attempt?.items.at(-1);
  if (newest?.kind === "answer" && textOf(newest.message) !== "" && newest.message.status === "streaming")
    return null;
  if (newest?.kind === "tool" && !newest.response) return null;
  return (
    <p role="status" className="flex items-center gap-2 text-[13px] text-faint">
      <Spinner className="size-3.5" />
      {t("chat:working")}
    </p>
  );
}

function Outcome({ run, workspaceId }: { run: Run; workspaceId: Id }) {
  const { t } = useTranslation();
  if (run.status === "cancelled")
    return <p className="text-xs text-faint">{t("chat:stopped")}</p>;
  if (run.status !== "failed") return null;
  return (
    <Notice title={t("chat:failed")}>
      {run.error && <FailureText failure={run.error} />}
      <p className="mt-1 font-mono text-xs opacity-80">
        {run.error?.code}
        {" · "}
        <Link
          to="/w/$workspaceId/runs/$runId"
          params={{ workspaceId, runId: run.id }}
          className="underline underline-offset-2"
        >
          {t("chat:openRun", { id: run.id })}
        </Link>
      </p>
    </Notice>
  );
}

function Pager({
  shown,
  count,
  onChange,
}: {
  shown: number;
  count: number;
  onChange: (at: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <span className="flex items-center text-xs text-faint tabular-nums">
      <IconButton
        size="icon-sm"
        label={t("chat:pager.previous")}
        disabled={shown === 0}
        onClick={() => onChange(shown - 1)}
      >
        <ChevronLeft />
      </IconButton>
      {shown + 1} / {count}
      <IconButton
        size="icon-sm"
        label={t("chat:pager.next")}
        disabled={shown === count - 1}
        onClick={() => onChange(shown + 1)}
      >
        <ChevronRight />
      </IconButton>
    </span>
  );
}
