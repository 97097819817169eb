import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Agent } from "@/api/types";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
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
  const blocking = view.problems.filter((problem) => problem.blocking);
  // What was just typed is published, too.
  const saved = useQuery({
    queryKey: ["agents", agent.id, "save-before-publish"],
    queryFn: () => store.flush().then(() => true),
    retry: false,
    gcTime: 0,
  });
  const form = useApiForm({
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
    <FormDialog
      form={form}
      title={t("agents:publish.title", { name: agent.name })}
      description={t("agents:publish.description")}
      action={t("agents:publish.action")}
      waits={saved.isPending}
      disabled={blocking.length > 0}
      error={saved.error}
      onClose={onClose}
    >
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
        error={form.errorOf("name")}
      >
        <Input autoFocus placeholder={t("agents:publish.namePlaceholder")} {...form.register("name")} />
      </Field>
      <Field
        label={t("agents:publish.notes")}
        optional={t("common:field.optional")}
        error={form.errorOf("notes")}
      >
        <Textarea {...form.register("notes")} />
      </Field>
    </FormDialog>
  );
}
