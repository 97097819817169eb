import { Link } from "@tanstack/react-router";
import { RefreshCw, ThumbsDown, ThumbsUp } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Message, Run } from "@/api/types";
import { useFormat } from "@/app/format";
import { IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { textOf } from "./chat-state";
import type { ChatSession } from "./session";

/** What can be done with an answer, and what it took. */
export function TurnFooter({
  answer,
  run,
  runId,
  session,
  workspaceId,
  regenerable,
  question,
  pager,
}: {
  answer: Message | undefined;
  run: Run | undefined;
  runId: Id | null;
  session: ChatSession;
  workspaceId: Id;
  regenerable: boolean;
  question: Message;
  pager: ReactNode;
}) {
  const { t } = useTranslation();
  const rating = answer?.feedback?.rating;
  const rate = (next: "up" | "down") => {
    if (answer) void session.feedback(answer.id, rating === next ? null : next);
  };
  return (
    <div className="-ml-1.5 flex flex-wrap items-center gap-0.5">
      {answer && (
        <>
          <CopyButton
            iconOnly
            text={textOf(answer)}
            label={t("common:action.copy")}
            doneLabel={t("common:action.copied")}
          />
          <IconButton
            size="icon-sm"
            label={t("chat:feedback.up")}
            aria-pressed={rating === "up"}
            className={rating === "up" ? "text-accent-text" : ""}
            onClick={() => rate("up")}
          >
            <ThumbsUp fill={rating === "up" ? "currentColor" : "none"} />
          </IconButton>
          <IconButton
            size="icon-sm"
            label={t("chat:feedback.down")}
            aria-pressed={rating === "down"}
            className={rating === "down" ? "text-danger-text" : ""}
            onClick={() => rate("down")}
          >
            <ThumbsDown fill={rating === "down" ? "currentColor" : "none"} />
          </IconButton>
        </>
      )}
      {regenerable && (
        <IconButton
          size="icon-sm"
          label={answer ? t("chat:regenerate") : t("chat:askAgain")}
          onClick={() =>
            void (answer ? session.regenerate(answer.id) : session.send(question.content))
          }
        >
          <RefreshCw />
        </IconButton>
      )}
      {pager}
      {runId !== null && (
        <Link
          to="/w/$workspaceId/runs/$runId"
          params={{ workspaceId, runId }}
          className="ml-1.5 text-xs text-faint tabular-nums underline-offset-3 hover:text-soft hover:underline"
        >
          {run ? <Taken run={run} /> : t("chat:details")}
        </Link>
      )}
    </div>
  );
}

function Taken({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts: string[] = [];
  if (run.started_at && run.finished_at)
    parts.push(format.duration(Date.parse(run.finished_at) - Date.parse(run.started_at)));
  if (run.usage.total_tokens > 0)
    parts.push(t("chat:tokens", { number: format.number(run.usage.total_tokens) }));
  if (run.cost && run.cost.amount > 0) parts.push(format.money(run.cost.amount, run.cost.currency));
  return <>{parts.length > 0 ? parts.join(" · ") : t("chat:details")}</>;
}
