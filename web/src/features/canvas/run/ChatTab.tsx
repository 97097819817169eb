/** Talking to the draft of a chatflow: each message is a run of its own that is told what was said here before, and the last one is on the canvas. */
import { Eraser } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ContentPart } from "@/api/types";
import { toastError } from "@/app/error-text";
import { FailureText } from "@/app/FailureText";
import { Composer } from "@/features/chat/Composer";
import { LazyMarkdown } from "@/features/chat/LazyMarkdown";
import { useStickToEnd } from "@/features/chat/useStickToEnd";
import { ResumeForms } from "@/features/runs/ResumeForms";
import { executedBy, submitOutputs } from "@/features/runs/queries";
import { StatusBadge } from "@/features/runs/RunStatus";
import { startFields } from "@/features/workflows/outline";
import { InputsForm } from "@/features/workflows/inputs/InputsForm";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { useEditor } from "../store";
import { useRunActions } from "./actions";
import { useRun, useRunStore } from "./context";
import { remembered } from "./remembered";
import { isBusy } from "./run-fold";
import { saidBefore } from "./said";
import type { Exchange } from "./store";

const QUESTION = "USER_INPUT";
const NAME = "CONVERSATION_NAME";

export function ChatTab() {
  const { t } = useTranslation();
  const store = useRunStore();
  const actions = useRunActions();
  const workspaceId = useEditor(({ workflow }) => workflow.workspace_id);
  const workflow = useEditor((state) => state.workflow.id);
  const others = useEditor(({ document }) =>
    JSON.stringify(startFields(document).filter(({ name }) => name !== QUESTION && name !== NAME)),
  );
  const chat = useRun((state) => state.chat);
  const fold = useRun((state) => state.fold);
  const runId = useRun((state) => state.runId);
  const starting = useRun((state) => state.starting);
  const { scroller, onScroll, toEnd } = useStickToEnd(fold.told, chat[0]?.runId);
  const fields = JSON.parse(others) as ReturnType<typeof startFields>;
  const given = useRef<Record<string, unknown>>(remembered(workflow).inputs ?? {});

  const last = chat.at(-1);
  const live = last?.runId === runId ? fold.run : undefined;
  const waiting = live?.status === "requires_action" ? (live.required_action?.calls ?? []) : [];
  const question = waiting.length === 1 && waiting[0]?.kind === "question" ? waiting[0] : undefined;
  const answers = fold.told.filter(({ text }) => text !== "").map(({ text }) => text);

  /** What was shown of the run that leaves the canvas stays in the conversation. */
  const keepLast = () => {
    if (last && last.runId === runId) store.getState().say({ ...last, answers });
  };
  const send = async (content: readonly ContentPart[]): Promise<boolean> => {
    const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n").trim();
    if (text === "") return false;
    toEnd();
    if (question && live) {
      try {
        await submitOutputs(executedBy(live), [{ call_id: question.call_id, output: text }]);
      } catch (thrown) {
        toastError(thrown);
        return false;
      } finally {
        store.getState().goOn();
      }
      return true;
    }
    keepLast();
    const { [QUESTION]: _, ...more } = given.current;
    const history = saidBefore(store.getState().chat);
    const run = await actions.run({ [NAME]: "Default", ...more, [QUESTION]: text }, { history });
    if (!run) return false;
    store.getState().say({ runId: run.id, question: text, answers: [] });
    return true;
  };

  return (
    <div className="mx-auto flex h-full max-w-3xl flex-col gap-3">
      <div className="flex items-start gap-2">
        {fields.length > 0 && (
          <details className="min-w-0 flex-1 rounded-lg border border-line px-3 py-1 text-[13px]">
            <summary className="cursor-pointer text-soft">{t("canvas-run:chat.inputs")}</summary>
            <InputsForm
              className="space-y-3 py-2"
              fields={fields}
              initial={given.current}
              onSubmit={(values) => (given.current = values)}
            >
              <Button size="sm" type="submit">
                {t("common:action.save")}
              </Button>
            </InputsForm>
          </details>
        )}
        {chat.length > 0 && (
          <Button size="sm" variant="ghost" className="ml-auto" onClick={() => store.getState().say(undefined)}>
            <Eraser />
            {t("canvas-run:chat.clear")}
          </Button>
        )}
      </div>
      <div
        ref={scroller}
        onScroll={onScroll}
        role="log"
        tabIndex={0}
        aria-label={t("chat:messages")}
        className="min-h-24 flex-1 space-y-4 overflow-y-auto"
      >
        {chat.length === 0 && (
          <div className="space-y-1 py-4 text-center text-[13px]">
            <p className="text-soft">{t("canvas-run:chat.empty")}</p>
            <p className="text-xs text-faint">{t("canvas-run:chat.hint")}</p>
          </div>
        )}
        {chat.map((exchange) => (
          <ExchangeView
            key={exchange.runId}
            exchange={exchange}
            answers={exchange.runId === runId ? answers : exchange.answers}
            onShow={
              exchange.runId === runId
                ? undefined
                : () => {
                    keepLast();
                    store.getState().show(exchange.runId);
                  }
            }
          />
        ))}
        {live?.error && (
          <Notice reference={live.error.code}>
            <FailureText failure={live.error} />
          </Notice>
        )}
        {waiting.length > 0 && live && <ResumeForms run={live} onSent={() => store.getState().goOn()} />}
        {live && isBusy(live) && answers.length === 0 && <StatusBadge status={live.status} />}
      </div>
      <Composer
        workspaceId={workspaceId}
        busy={starting || isBusy(live)}
        stopping={false}
        blocked={waiting.length > 0 && !question ? t("canvas-run:chat.waits") : undefined}
        onSend={send}
        onStop={() => void actions.stop().catch(toastError)}
      />
    </div>
  );
}

function ExchangeView({
  exchange,
  answers,
  onShow,
}: {
  exchange: Exchange;
  answers: readonly string[];
  onShow: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <article className="space-y-2" data-exchange={exchange.runId}>
      <div className="flex items-center justify-end gap-2">
        {onShow && (
          <Button size="sm" variant="ghost" onClick={onShow}>
            {t("canvas-run:chat.show")}
          </Button>
        )}
        <p className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 leading-relaxed break-words whitespace-pre-wrap">
          {exchange.question}
        </p>
      </div>
      {answers.map((text, at) => (
        <LazyMarkdown key={at} text={text} />
      ))}
    </article>
  );
}
