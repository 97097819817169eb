/** What a run waits for: a form for each call, sent one by one. */
import { useMutation } from "@tanstack/react-query";
import { Check, CornerDownLeft, Play, RotateCcw, SkipForward, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure, PendingCall, Run, ToolOutput, ValueField } from "@/api/types";
import { FailureText } from "@/app/FailureText";
import { ErrorNotice } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { useInputs } from "@/features/workflows/inputs/useInputs";
import { ValueFields } from "@/features/workflows/inputs/ValueFields";
import { parseObject } from "@/features/workflows/inputs/values";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { JsonView } from "./JsonView";
import { executedBy, runQuery, submitOutputs } from "./queries";

interface Asked {
  question?: string;
  message?: string;
  options?: { id: string; name: string }[];
  fields?: ValueField[];
  /** Breakpoints: what the node is about to be given. */
  inputs?: Record<string, unknown>;
  /** Why the answer before could not be taken, or the inputs not be read. */
  error?: Failure;
}

type Answered = Omit<ToolOutput, "call_id">;

/** The run waits before a node that has not begun. */
export const isStop = ({ kind }: PendingCall): boolean => kind === "breakpoint";

export function ResumeForms({
  run,
  submit,
  onSent = () => queryClient.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
}: {
  run: Run;
  /** How an answer is sent; absent: to the run, without following it. */
  submit?: ((output: ToolOutput) => Promise<unknown>) | undefined;
  /** After each answer, also one that was refused. */
  onSent?: () => unknown;
}) {
  const { t } = useTranslation();
  const calls = run.required_action?.calls ?? [];
  return (
    <div className="space-y-3">
      {calls.map((call) => (
        <section
          key={call.call_id}
          data-waiting={call.kind}
          aria-label={t(`runs:resume.${call.kind}`)}
          className="space-y-3 rounded-lg border border-warning-text/40 bg-surface px-4 py-3.5"
        >
          <p className="text-xs font-medium text-warning-text">
            {t(`runs:resume.${call.kind}`)}
            {call.node && <span className="ml-2 font-mono font-normal text-faint">{place(call)}</span>}
          </p>
          <Form run={run} call={call} submitOne={submit} onSent={onSent} />
        </section>
      ))}
    </div>
  );
}

const place = ({ node }: PendingCall) => `${node?.path ?? ""}${node?.id ?? ""}`;

interface Sending {
  run: Run;
  call: PendingCall;
  submitOne: ((output: ToolOutput) => Promise<unknown>) | undefined;
  onSent: () => unknown;
}

function Form({ run, call, submitOne, onSent }: Sending) {
  const asked = call.arguments as Asked;
  const submit = useMutation({
    mutationFn: async (output: Omit<ToolOutput, "call_id">) => {
      const given = { call_id: call.call_id, ...output };
      await (submitOne ? submitOne(given) : submitOutputs(executedBy(run), [given]));
    },
    meta: { inline: true },
    onSettled: onSent,
  });
  const props = { call, asked, busy: submit.isPending, send: submit.mutate };
  return (
    <div className="space-y-3">
      {asked.error && (
        <Notice tone="warning">
          <FailureText failure={asked.error} />
        </Notice>
      )}
      {submit.isError && <ErrorNotice error={submit.error} />}
      {call.kind === "approval" ? (
        <Approval {...props} />
      ) : call.kind === "input" ? (
        <Input {...props} />
      ) : isStop(call) ? (
        <Breakpoint {...props} />
      ) : call.kind === "interrupted" ? (
        <Interrupted {...props} />
      ) : (
        <Answer {...props} />
      )}
    </div>
  );
}

interface FormProps {
  call: PendingCall;
  asked: Asked;
  busy: boolean;
  send: (output: Answered) => void;
}

const Asking = ({ text }: { text: string | undefined }) =>
  text ? <p className="break-words whitespace-pre-wrap">{text}</p> : null;

/** Yes or no, and why; of a node, or of a tool that a model wants to call. */
function Approval({ call, asked, busy, send }: FormProps) {
  const { t } = useTranslation();
  const [comment, setComment] = useState("");
  const label = (id: string, text: string) => asked.options?.find((option) => option.id === id)?.name || text;
  const decide = (approve: boolean) => send(comment === "" ? { approve } : { approve, output: comment });
  const ofNode = asked.message !== undefined;
  return (
    <>
      {ofNode ? (
        <Asking text={asked.message} />
      ) : (
        <>
          <p className="font-mono text-[13px]">{call.name}</p>
          <JsonView value={call.arguments} />
        </>
      )}
      {ofNode && (
        <Field label={t("runs:resume.comment")} optional={t("common:field.optional")}>
          <Textarea rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
        </Field>
      )}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy} onClick={() => decide(true)}>
          <Check />
          {label("approve", t("runs:resume.approve"))}
        </Button>
        <Button disabled={busy} onClick={() => decide(false)}>
          <X />
          {label("reject", t("runs:resume.reject"))}
        </Button>
      </div>
    </>
  );
}

/** Values by a form. */
function Input({ asked, busy, send }: FormProps) {
  const { t } = useTranslation();
  const fields = asked.fields ?? [];
  const inputs = useInputs(fields, {});
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const values = inputs.submit();
        if (values) send({ output: JSON.stringify(values) });
      }}
    >
      <ValueFields fields={fields} drafts={inputs.drafts} faults={inputs.faults} onChange={inputs.onChange} />
      <Button variant="primary" type="submit" busy={busy}>
        {t("runs:resume.send")}
      </Button>
    </form>
  );
}

/** An answer in words or by choice; or what the client's tool gave. */
function Answer({ call, asked, busy, send }: FormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const options = asked.options ?? [];
  return (
    <>
      {call.kind === "client" ? (
        <>
          <p className="font-mono text-[13px]">{call.name}</p>
          <JsonView value={call.arguments} />
        </>
      ) : (
        <Asking text={asked.question} />
      )}
      {options.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {options.map((option) => (
            <Button key={option.id} disabled={busy} onClick={() => send({ output: option.name })}>
              <span className="font-mono text-xs text-faint">{option.id}</span>
              {option.name}
            </Button>
          ))}
        </div>
      )}
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          send({ output: text });
        }}
      >
        <Field label={options.length > 0 ? t("runs:resume.other") : t("runs:resume.answer")}>
          <Textarea rows={2} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Button variant={options.length > 0 ? "secondary" : "primary"} type="submit" busy={busy}>
          <CornerDownLeft />
          {t("runs:resume.send")}
        </Button>
      </form>
    </>
  );
}

/** A node that has not begun: its inputs, as they are or changed, and the ways on. */
function Breakpoint({ asked, busy, send }: FormProps) {
  const { t } = useTranslation();
  const before = JSON.stringify(asked.inputs ?? {}, null, 2);
  const [text, setText] = useState(before);
  const inputs = parseObject(text);
  const go = (step: boolean) =>
    send({ approve: true, step, ...(text === before ? {} : { output: JSON.stringify(inputs) }) });
  return (
    <>
      {asked.inputs && (
        <Field label={t("runs:fork.inputs")} error={inputs === undefined ? t("workflows:fault.object") : undefined}>
          <Textarea
            rows={Math.min(12, before.split("\n").length + 1)}
            spellCheck={false}
            className="font-mono !text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      )}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy} disabled={inputs === undefined} onClick={() => go(false)}>
          <Play />
          {t("runs:resume.continue")}
        </Button>
        <Button disabled={busy || inputs === undefined} onClick={() => go(true)}>
          <SkipForward />
          {t("runs:resume.step")}
        </Button>
        <Button disabled={busy} onClick={() => send({ approve: false })}>
          <X />
          {t("runs:run.cancel")}
        </Button>
      </div>
    </>
  );
}

/** A node that Hearth was interrupted in while it was changing something: what came of it. */
function Interrupted({ asked, busy, send }: FormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("{}");
  const outputs = parseObject(text);
  return (
    <>
      <div>
        <FailureText failure={{ code: "outcome_unknown", message: asked.message ?? "" }} />
      </div>
      <JsonView value={asked.inputs ?? {}} />
      <Field label={t("runs:resume.interruptedGave")} error={outputs === undefined ? t("workflows:fault.object") : undefined}>
        <Textarea rows={2} spellCheck={false} className="font-mono !text-xs" value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button busy={busy} disabled={outputs === undefined} onClick={() => send({ approve: false, output: JSON.stringify(outputs) })}>
          <Check />
          {t("runs:resume.interruptedDone")}
        </Button>
        <Button disabled={busy} onClick={() => send({ approve: true })}>
          <RotateCcw />
          {t("runs:resume.interruptedAgain")}
        </Button>
        <Button disabled={busy} onClick={() => send({ approve: false })}>
          <X />
          {t("runs:resume.interruptedFailed")}
        </Button>
      </div>
    </>
  );
}
