import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FilePlus2, LayoutTemplate } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentTemplate, Locale } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { ChoiceCards } from "@/ui/choice";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { LoadingRows } from "@/ui/states";
import { agentSchema } from "./AgentDialogs";
import { agentsKey, createAgent, templatesQuery } from "./queries";

const BLANK = "";

/** A new agent: blank or from a template, then straight into the builder. */
export function NewAgentDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language as Locale;
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const templates = useQuery(templatesQuery(i18n.language));
  const [template, setTemplate] = useState<string>(BLANK);
  const dialog = useApiForm({
    schema: agentSchema,
    defaultValues: { name: "", description: "", icon: "" },
    submit: async (values) => {
      const agent = await createAgent(workspace.id, {
        ...values,
        ...(template === BLANK ? {} : { template_id: template }),
      });
      await queryClient.invalidateQueries({ queryKey: agentsKey(workspace.id) });
      await navigate({
        to: "/w/$workspaceId/agents/$agentId",
        params: { workspaceId: workspace.id, agentId: agent.id },
      });
    },
  });
  const choose = (id: string) => {
    setTemplate(id);
    const chosen = templates.data?.find((item) => item.id === id);
    // What was typed stays.
    if (chosen && !dialog.form.getFieldState("name").isDirty) {
      dialog.form.resetField("name", { defaultValue: chosen.name[locale] });
      dialog.form.resetField("description", { defaultValue: chosen.description[locale] });
    }
  };
  const card = ({ id, name, description }: AgentTemplate) => ({
    value: id,
    title: name[locale],
    description: description[locale],
    icon: <LayoutTemplate className="size-4" />,
  });
  return (
    <FormDialog
      form={dialog}
      title={t("agents:create.title")}
      className="max-w-xl"
      action={t("common:action.create")}
      onClose={onClose}
    >
      <Field label={t("agents:field.name")} error={dialog.errorOf("name")}>
        <Input autoFocus {...dialog.register("name")} />
      </Field>
      <Field
        label={t("agents:field.description")}
        optional={t("common:field.optional")}
        error={dialog.errorOf("description")}
      >
        <Textarea rows={2} {...dialog.register("description")} />
      </Field>
      <div className="space-y-1.5">
        <p className="text-[13px] font-medium">{t("agents:create.start")}</p>
        {templates.isError && (
          <ErrorNotice error={templates.error} onRetry={() => void templates.refetch()} />
        )}
        {templates.isPending ? (
          <LoadingRows label={t("common:loading")} rows={2} />
        ) : (
          <ChoiceCards
            label={t("agents:create.start")}
            value={template}
            onChange={choose}
            className="sm:grid-cols-2"
            choices={[
              {
                value: BLANK,
                title: t("agents:create.blank"),
                description: t("agents:create.blankHint"),
                icon: <FilePlus2 className="size-4" />,
              },
              ...(templates.data ?? []).map(card),
            ]}
          />
        )}
      </div>
    </FormDialog>
  );
}
