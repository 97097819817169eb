import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { MessagesSquare, Workflow as WorkflowIcon } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Locale, WorkflowMode, WorkflowTemplate } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { ChoiceCards } from "@/ui/choice";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { workflowTemplatesQuery } from "./around";
import { createWorkflow, workflowsKey } from "./queries";
import { TemplateGallery, TemplatePicture } from "./TemplateGallery";
import { workflowSchema } from "./WorkflowDialogs";

/** A new workflow: a start and an end, connected, or a template; then straight to its canvas. */
export function NewWorkflowDialog({ folder, onClose }: { folder?: string; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Locale;
  const formId = useId();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const [mode, setMode] = useState<WorkflowMode>("workflow");
  const many = (useQuery(workflowTemplatesQuery(i18n.language)).data?.length ?? 0) > 0;
  const [template, setTemplate] = useState<WorkflowTemplate>();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: workflowSchema,
    defaultValues: { name: "", description: "", icon: "" },
    submit: async (values) => {
      const workflow = await createWorkflow(workspace.id, {
        ...values,
        ...(template ? { template: template.id, icon: template.icon } : { mode }),
        ...(folder ? { folder } : {}),
      });
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workspace.id) });
      await navigate({
        to: "/w/$workspaceId/workflows/$workflowId/canvas",
        params: { workspaceId: workspace.id, workflowId: workflow.id },
      });
    },
  });
  /** What nobody wrote himself is the template's. */
  const choose = (next: WorkflowTemplate | undefined) => {
    const { name, description } = form.getValues();
    const kept = (text: string, given: string | undefined, then: string | undefined) =>
      text === "" || text === given ? (then ?? "") : text;
    form.setValue("name", kept(name, template?.name[language], next?.name[language]));
    form.setValue("description", kept(description, template?.description[language], next?.description[language]));
    setTemplate(next);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className={many ? "max-w-5xl" : undefined}
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
      <div className="flex gap-5 max-md:flex-col">
        {many && (
          <div className="min-w-0 flex-1">
            <TemplateGallery chosen={template} onChoose={choose} />
          </div>
        )}
        <form id={formId} onSubmit={onSubmit} noValidate className={cn("w-full space-y-4", many && "self-start md:sticky md:top-0 md:w-96 md:shrink-0")}>
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
          {template ? (
            <TemplatePicture template={template} />
          ) : (
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
          )}
        </form>
      </div>
    </Dialog>
  );
}
