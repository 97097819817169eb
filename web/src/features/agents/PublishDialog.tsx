import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Agent } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { problemText } from "./Problems";
import { agentQuery, agentsKey, publishAgent, versionsKey } from "./queries";
import type { DraftHandle } from "./useDraft";

/** Makes the draft the version that people and the API use. */
export function PublishDialog({
  agent,
  draft: { store, view },
  onClose,
}: {
  agent: Agent;
  draft: DraftHandle;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const blocking = view.problems.filter((problem) => problem.blocking);
  // What was just typed is published, too.
  const saved = useQuery({
    queryKey: ["agents", agent.id, "save-before-publish"],
    queryFn: () => store.flush().then(() => true),
    retry: false,
    gcTime: 0,
  });
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: z.object({
      name: z.string().trim().max(100, "common:field.tooLong"),
      notes: z.string().trim().max(2_000, "common:field.tooLong"),
    }),
    defaultValues: { name: "", notes: "" },
    submit: async ({ name, notes }) => {
      await store.flush();
      const version = await publishAgent(agent.id, {
        ...(name === "" ? {} : { name }),
        ...(notes === "" ? {} : { notes }),
      });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: agentQuery(agent.id).queryKey, exact: true }),
        queryClient.invalidateQueries({ queryKey: versionsKey(agent.id) }),
        queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) }),
      ]);
      toast({ title: t("agents:publish.done", { version: version.version }) });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("agents:publish.title", { name: agent.name })}
      description={t("agents:publish.description")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={busy || saved.isPending}
            disabled={blocking.length > 0}
          >
            {t("agents:publish.action")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {(failure || saved.isError) && <ErrorNotice error={failure ?? saved.error} />}
        {view.problems.length > 0 && (
          <Notice
            tone="warning"
            title={
              blocking.length > 0 ? t("agents:publish.problems") : t("agents:publish.warnings")
            }
          >
            <ul className="list-disc pl-4">
              {(blocking.length > 0 ? blocking : view.problems).map((problem, at) => (
                <li key={at}>{problemText(problem)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <Field
          label={t("agents:publish.name")}
          optional={t("common:field.optional")}
          error={errorOf("name")}
        >
          <Input autoFocus placeholder={t("agents:publish.namePlaceholder")} {...register("name")} />
        </Field>
        <Field
          label={t("agents:publish.notes")}
          optional={t("common:field.optional")}
          error={errorOf("notes")}
        >
          <Textarea {...register("notes")} />
        </Field>
      </form>
    </Dialog>
  );
}
