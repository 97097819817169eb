/** A new run from a step of this one, with its inputs as they were or changed. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Run, Step } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { parseObject } from "@/features/workflows/inputs/values";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";
import { forkRun } from "./queries";

export function ForkDialog({ run, step, onClose }: { run: Run; step: Step; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const before = JSON.stringify(step.input ?? {}, null, 2);
  const [text, setText] = useState(before);
  const inputs = parseObject(text);
  const fork = useMutation({
    mutationFn: () => forkRun(run.id, step.seq, text === before ? undefined : inputs),
    meta: { inline: true },
    onSuccess: async (made) => {
      onClose();
      await navigate({
        to: "/w/$workspaceId/runs/$runId",
        params: { workspaceId: made.workspace_id, runId: made.id },
      });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-xl"
      title={t("runs:fork.title", { name: step.name })}
      description={t("runs:fork.hint")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button
            variant="primary"
            busy={fork.isPending}
            disabled={inputs === undefined}
            onClick={() => fork.mutate()}
          >
            {t("runs:fork.action")}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {fork.isError && <ErrorNotice error={fork.error} />}
        <Field
          label={t("runs:fork.inputs")}
          error={inputs === undefined ? t("workflows:fault.object") : undefined}
        >
          <Textarea
            rows={12}
            spellCheck={false}
            className="font-mono !text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}
