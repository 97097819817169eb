/** Sends the model something and shows all that came back, failures in full. */
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { errorReference, errorText } from "@/app/error-text";
import { useFormat } from "@/app/format";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import type { FormProps } from "./form-props";
import { toInput } from "./form-values";
import { testModel } from "./queries";

export function TestPanel({ form: { values, model } }: { form: FormProps }) {
  const { t } = useTranslation();
  const format = useFormat();
  const workspace = useWorkspace();
  const [message, setMessage] = useState("");
  const test = useMutation({
    mutationFn: () => {
      const { is_default: _, ...input } = toInput(values);
      return testModel(workspace.id, {
        ...(model ? { model_id: model.id } : {}),
        input,
        ...(message.trim() === "" ? {} : { message: message.trim() }),
      });
    },
    meta: { inline: true },
  });
  const failure = test.isError ? toApiError(test.error) : undefined;
  return (
    <Section title={t("models:test.title")}>
      <div className="flex gap-2">
        <Input
          value={message}
          aria-label={t("models:test.message")}
          placeholder={t("models:test.placeholder")}
          onChange={(event) => setMessage(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            test.mutate();
          }}
        />
        <Button
          busy={test.isPending}
          disabled={values.model.trim() === ""}
          onClick={() => test.mutate()}
        >
          {!test.isPending && <Send />}
          {t("models:test.action")}
        </Button>
      </div>
      {failure && (
        <Notice title={t("models:test.failed")} reference={errorReference(failure)}>
          <span className="whitespace-pre-wrap">{errorText(failure)}</span>
        </Notice>
      )}
      {test.data && (
        <div role="status" className="rounded-lg bg-success-soft px-3.5 py-3 text-[13px]">
          <p className="leading-relaxed break-words whitespace-pre-wrap text-text">
            {test.data.answer}
          </p>
          <p className="mt-1.5 text-xs text-success-text tabular-nums">
            {t("models:test.facts", {
              latency: format.duration(test.data.latency_ms),
              input: format.number(test.data.usage.input_tokens),
              output: format.number(test.data.usage.output_tokens),
            })}
          </p>
        </div>
      )}
    </Section>
  );
}
