/** A conversation: messages above, the composer below. Used by the chat page and the builder. */
import { ArrowDown } from "lucide-react";
import { useCallback, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AgentConfig, ContentPart, Id } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { Button, IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { LoadingRows } from "@/ui/states";
import { Composer, type ComposerHandle } from "./Composer";
import { LazyMarkdown } from "./LazyMarkdown";
import { runIsBusy, waitingRun } from "./session";
import { TurnView } from "./TurnView";
import type { ChatHandle } from "./useChatSession";
import { useStickToEnd } from "./useStickToEnd";

export function ChatPane({
  chat: { session, view },
  workspaceId,
  name,
  icon,
  opening,
  variables,
  beforeSend,
  disabled,
  detailed = false,
  extra,
  className,
}: {
  chat: ChatHandle;
  workspaceId: Id;
  name: string;
  icon: ReactNode;
  opening: AgentConfig["opening"] | undefined;
  variables?: Record<string, string>;
  /** Runs first; when it fails (and says so itself) the question is not sent. */
  beforeSend?: () => Promise<void>;
  disabled?: boolean;
  /** Tool calls unfolded: for the one who builds. */
  detailed?: boolean;
  /** Between messages and composer. */
  extra?: ReactNode;
  className?: string;
}) {
  const { t } = useTranslation();
  const composer = useRef<ComposerHandle>(null);
  const { turns } = view;
  const { scroller, onScroll, away, toEnd } = useStickToEnd(turns, turns[0]?.key);
  const waiting = waitingRun(view);
  const busy = runIsBusy(view);

  const send = useCallback(
    async (content: readonly ContentPart[]): Promise<boolean> => {
      toEnd();
      try {
        await beforeSend?.();
      } catch {
        return false;
      }
      void session.send(content, { variables });
      return true;
    },
    [session, beforeSend, variables, toEnd],
  );
  const ask = (text: string) => {
    void send([{ type: "text", text }]);
    composer.current?.focus();
  };

  const lastTurn = turns.at(-1);
  const section = view.conversation?.section_id;
  const cleared = lastTurn !== undefined && section !== undefined && lastTurn.sectionId !== section;
  const followUps = busy || waiting || cleared ? [] : (lastTurn?.followUps ?? []);
  const fresh = view.phase === "ready" && turns.length === 0;

  return (
    <div className={cn("relative flex min-h-0 flex-1 flex-col", className)}>
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t("chat:messages")}
        className="min-h-0 flex-1 overflow-y-auto outline-none"
      >
        <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col gap-7 px-4 py-6">
          {view.phase === "loading" && <LoadingRows label={t("common:loading")} rows={3} />}
          {view.hasMore && (
            <Button
              size="sm"
              className="self-center"
              busy={view.loadingOlder}
              onClick={() => void session.loadOlder()}
            >
              {t("chat:older")}
            </Button>
          )}
          {fresh && <Opening name={name} icon={icon} opening={opening} onAsk={ask} />}
          {turns.map((turn, at) => (
            <Section key={turn.key} divided={at > 0 && turns[at - 1]?.sectionId !== turn.sectionId}>
              <TurnView
                turn={turn}
                run={runFor(view, turn.attempts.at(-1)?.runId, turn === lastTurn)}
                steps={stepsFor(view, turn.attempts.at(-1)?.runId)}
                session={session}
                workspaceId={workspaceId}
                isLast={turn === lastTurn}
                live={view.streaming && turn === lastTurn}
                detailed={detailed}
              />
            </Section>
          ))}
          {cleared && <Divider />}
          <Suggestions label={t("chat:followUps")} items={followUps} onAsk={ask} />
          {view.error && (
            <div className="space-y-2">
              <ErrorNotice
                error={view.error}
                onRetry={view.unsent ? () => session.retry() : () => void session.load()}
              />
              {view.unsent && <p className="text-xs text-faint">{t("chat:unsent")}</p>}
            </div>
          )}
        </div>
      </div>
      {away && (
        <div className="pointer-events-none absolute inset-x-0 bottom-32 flex justify-center">
          <IconButton
            label={t("chat:toEnd")}
            variant="secondary"
            className="pointer-events-auto rounded-full bg-raised shadow-popover"
            onClick={toEnd}
          >
            <ArrowDown />
          </IconButton>
        </div>
      )}
      <div className="mx-auto w-full max-w-3xl px-4 pb-4">
        {extra}
        <Composer
          ref={composer}
          workspaceId={workspaceId}
          busy={busy || waiting !== undefined}
          stopping={view.stopping}
          blocked={waiting ? t("chat:composer.waits") : undefined}
          disabled={disabled || view.phase !== "ready"}
          onSend={send}
          onStop={() => void session.stop()}
        />
      </div>
    </div>
  );
}

type View = ChatHandle["view"];

/** The run of a turn; the newest turn also takes the one that has said nothing yet. */
function runFor(view: View, runId: Id | null | undefined, isLast: boolean) {
  if (isLast && view.runId !== undefined) return view.runs[view.runId];
  return runId == null ? undefined : view.runs[runId];
}

const stepsFor = (view: View, runId: Id | null | undefined) =>
  runId == null ? undefined : view.steps[runId];

function Section({ divided, children }: { divided: boolean; children: ReactNode }) {
  return (
    <>
      {divided && <Divider />}
      {children}
    </>
  );
}

function Divider() {
  const { t } = useTranslation();
  return (
    <p className="flex items-center gap-3 text-xs text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {t("chat:cleared")}
    </p>
  );
}

function Opening({
  name,
  icon,
  opening,
  onAsk,
}: {
  name: string;
  icon: ReactNode;
  opening: AgentConfig["opening"] | undefined;
  onAsk: (text: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="my-auto flex flex-col items-center gap-4 py-6 text-center">
      {icon}
      <h2 className="text-base font-semibold">{name}</h2>
      {opening?.message ? (
        <div className="max-w-lg text-left text-soft">
          <LazyMarkdown text={opening.message} />
        </div>
      ) : (
        <p className="text-soft">{t("chat:empty")}</p>
      )}
      <Suggestions
        label={t("chat:suggested")}
        items={(opening?.suggested_questions ?? []).filter((item) => item.trim() !== "")}
        onAsk={onAsk}
        className="justify-center"
      />
    </div>
  );
}

function Suggestions({
  label,
  items,
  onAsk,
  className,
}: {
  label: string;
  items: readonly string[];
  onAsk: (text: string) => void;
  className?: string;
}) {
  if (items.length === 0) return null;
  return (
    <ul aria-label={label} className={cn("flex flex-wrap gap-2", className)}>
      {items.map((item) => (
        <li key={item}>
          <button
            type="button"
            onClick={() => onAsk(item)}
            className="rounded-full border border-line-strong bg-surface px-3 py-1.5 text-left text-[13px] leading-5 text-soft transition-colors hover:border-accent hover:text-accent-text"
          >
            {item}
          </button>
        </li>
      ))}
    </ul>
  );
}
