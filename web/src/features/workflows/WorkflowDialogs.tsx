/** Edit name and picture, duplicate, unpublish, delete: from the list and from the workflow's page. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { toApiError } from "@/api/errors";
import type { Workflow } from "@/api/types";
import { DuplicateDialog, nameSchema } from "@/app/DuplicateDialog";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { IconPicker } from "@/features/agents/IconPicker";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { FolderDialog, MoveDialog } from "./MoveDialogs";
import {
  deleteWorkflow,
  duplicateWorkflow,
  unpublishWorkflow,
  updateWorkflow,
  workflowQuery,
  workflowReferencesQuery,
  workflowsKey,
} from "./queries";

export type WorkflowAct = "edit" | "duplicate" | "folder" | "move" | "unpublish" | "delete";

export function WorkflowDialogs({
  workflow,
  act,
  onClose,
  onDeleted,
}: {
  workflow: Workflow;
  act: WorkflowAct;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const { t } = useTranslation();
  if (act === "edit") return <EditDialog workflow={workflow} onClose={onClose} />;
  if (act === "duplicate") return <Duplicate workflow={workflow} onClose={onClose} />;
  if (act === "folder") return <FolderDialog workflow={workflow} onClose={onClose} />;
  if (act === "move") return <MoveDialog workflow={workflow} onClose={onClose} />;
  if (act === "unpublish")
    return (
      <WithdrawDialog
        workflow={workflow}
        act="unpublish"
        label={t("workflows:unpublish.action")}
        withdraw={async (force) => {
          const saved = await unpublishWorkflow(workflow.id, force);
          queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
        }}
        onClose={onClose}
      />
    );
  return (
    <WithdrawDialog
      workflow={workflow}
      act="delete"
      label={t("common:action.delete")}
      withdraw={(force) => deleteWorkflow(workflow.id, force)}
      onClose={onClose}
      onDone={onDeleted}
    />
  );
}

export const workflowSchema = z.object({
  name: nameSchema,
  description: z.string().trim().max(2_000, "common:field.tooLong"),
  icon: z.string(),
});

function EditDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: workflowSchema,
    defaultValues: { name: workflow.name, description: workflow.description, icon: workflow.icon },
    submit: async (values) => {
      const saved = await updateWorkflow(workflow.id, values);
      queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("workflows:edit.action")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {t("common:action.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("workflows:field.name")} error={errorOf("name")}>
          <Input {...register("name")} />
        </Field>
        <Field
          label={t("workflows:field.description")}
          hint={t("workflows:field.descriptionHint")}
          optional={t("common:field.optional")}
          error={errorOf("description")}
        >
          <Textarea {...register("description")} />
        </Field>
        <IconPicker
          name={form.watch("name")}
          value={form.watch("icon")}
          onChange={(icon) => form.setValue("icon", icon, { shouldDirty: true })}
        />
      </form>
    </Dialog>
  );
}

function Duplicate({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <DuplicateDialog
      title={t("workflows:duplicate.title", { name: workflow.name })}
      hint={t("workflows:duplicate.hint")}
      label={t("workflows:field.name")}
      action={t("workflows:duplicate.action")}
      name={t("workflows:duplicate.name", { name: workflow.name })}
      duplicate={async (name) => {
        const made = await duplicateWorkflow(workflow.id, name);
        await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
        onClose();
        await navigate({
          to: "/w/$workspaceId/workflows/$workflowId",
          params: { workspaceId: made.workspace_id, workflowId: made.id },
        });
      }}
      onClose={onClose}
    />
  );
}

/** Deletes or unpublishes; asks again, with the callers' names, when others call it. */
function WithdrawDialog({
  workflow,
  act,
  label,
  withdraw,
  onClose,
  onDone,
}: {
  workflow: Workflow;
  act: "delete" | "unpublish";
  label: string;
  withdraw: (force: boolean) => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
}) {
  const { t } = useTranslation();
  const action = useMutation({
    mutationFn: withdraw,
    meta: { inline: true },
    onSuccess: async () => {
      onClose();
      onDone?.();
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
    },
  });
  const inUse = action.isError && toApiError(action.error).code === "workflow_in_use";
  const callers = useQuery({ ...workflowReferencesQuery(workflow.id), enabled: inUse, staleTime: 0 });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t(`workflows:${act}.title`, { name: workflow.name })}
      description={t(`workflows:${act}.hint`)}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="danger" busy={action.isPending} onClick={() => action.mutate(inUse)}>
            {inUse ? t(`workflows:${act}.force`) : label}
          </Button>
        </>
      }
    >
      {inUse ? (
        <Notice tone="warning" title={t(`workflows:${act}.inUse`)}>
          <ul className="list-disc pl-4">
            {callers.data?.map((caller) => <li key={`${caller.kind} ${caller.id} ${caller.version}`}>{caller.name}</li>)}
          </ul>
        </Notice>
      ) : (
        action.isError && <ErrorNotice error={action.error} />
      )}
    </Dialog>
  );
}
