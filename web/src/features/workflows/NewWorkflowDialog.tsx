import { useNavigate } from "@tanstack/react-router";
import { MessagesSquare, Workflow as WorkflowIcon } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowMode } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { ChoiceCards } from "@/ui/choice";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { createWorkflow, workflowsKey } from "./queries";
import { workflowSchema } from "./WorkflowDialogs";

/** A new workflow: a start and an end, connected; then straight to its canvas. */
export function NewWorkflowDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const [mode, setMode] = useState<WorkflowMode>("workflow");
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: workflowSchema,
    defaultValues: { name: "", description: "", icon: "" },
    submit: async (values) => {
      const workflow = await createWorkflow(workspace.id, { ...values, mode });
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workspace.id) });
      await navigate({
        to: "/w/$workspaceId/workflows/$workflowId/canvas",
        params: { workspaceId: workspace.id, workflowId: workflow.id },
      });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("workflows:create.title")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {t("common:action.create")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("workflows:field.name")} error={errorOf("name")}>
          <Input autoFocus {...register("name")} />
        </Field>
        <Field
          label={t("workflows:field.description")}
          hint={t("workflows:field.descriptionHint")}
          optional={t("common:field.optional")}
          error={errorOf("description")}
        >
          <Textarea rows={2} {...register("description")} />
        </Field>
        <ChoiceCards
          label={t("workflows:field.mode")}
          value={mode}
          onChange={setMode}
          choices={[
            {
              value: "workflow",
              title: t("workflows:mode.workflow"),
              description: t("workflows:mode.workflowHint"),
              icon: <WorkflowIcon className="size-4" />,
            },
            {
              value: "chatflow",
              title: t("workflows:mode.chatflow"),
              description: t("workflows:mode.chatflowHint"),
              icon: <MessagesSquare className="size-4" />,
            },
          ]}
        />
      </form>
    </Dialog>
  );
}
