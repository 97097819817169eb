import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Workflow, WorkflowDocument } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { DiffSummary } from "./DiffView";
import { Findings } from "./Findings";
import {
  publishWorkflow,
  workflowDraftQuery,
  workflowQuery,
  workflowsKey,
  workflowVersionsKey,
} from "./queries";
import { nextVersion } from "./version";

/** Makes the draft the version that others call. */
export function PublishDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), staleTime: 0 });
  const errors = draft.data?.findings.filter(({ severity }) => severity === "error") ?? [];
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: z.object({
      version: z.string().trim().regex(/^v\d{1,9}\.\d{1,9}\.\d{1,9}$/, "workflows:publish.versionForm"),
      notes: z.string().trim().max(5_000, "common:field.tooLong"),
    }),
    defaultValues: { version: nextVersion(workflow.published_version), notes: "" },
    submit: async ({ version, notes }) => {
      const made = await publishWorkflow(workflow.id, {
        version,
        revision: draft.data?.revision,
        ...(notes === "" ? {} : { notes }),
      });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: workflowQuery(workflow.id).queryKey, exact: true }),
        queryClient.invalidateQueries({ queryKey: workflowVersionsKey(workflow.id) }),
        queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) }),
      ]);
      toast({ title: t("workflows:publish.done", { version: made.version }) });
      onClose();
    },
  });
  const document = draft.data?.document as WorkflowDocument | undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-xl"
      title={t("workflows:publish.title", { name: workflow.name })}
      description={t("workflows:publish.description")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={busy || draft.isPending}
            disabled={errors.length > 0}
          >
            {t("workflows:publish.action")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {(failure || draft.isError) && <ErrorNotice error={failure ?? draft.error} />}
        {errors.length > 0 && (
          <>
            <Notice tone="warning">{t("workflows:publish.errors", { count: errors.length })}</Notice>
            <Findings findings={errors} titleOf={(id) => document?.nodes?.[id]?.title || id} />
          </>
        )}
        {workflow.published_version !== null && (
          <DiffSummary workflowId={workflow.id} from={workflow.published_version} to="draft" />
        )}
        <Field
          label={t("workflows:publish.version")}
          hint={
            workflow.published_version === null
              ? undefined
              : t("workflows:publish.versionHint", { version: workflow.published_version })
          }
          error={errorOf("version")}
        >
          <Input className="font-mono" {...register("version")} />
        </Field>
        <Field
          label={t("workflows:publish.notes")}
          optional={t("common:field.optional")}
          error={errorOf("notes")}
        >
          <Textarea {...register("notes")} />
        </Field>
      </form>
    </Dialog>
  );
}
