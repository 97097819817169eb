/** Edit name and picture, duplicate, delete: from the list and from the builder. */
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Agent } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { DuplicateDialog, nameSchema } from "@/app/DuplicateDialog";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { IconPicker } from "./IconPicker";
import { agentQuery, agentsKey, deleteAgent, duplicateAgent, updateAgent } from "./queries";

export type AgentAct = "edit" | "duplicate" | "delete";

export function AgentDialogs({
  agent,
  act,
  onClose,
  onDeleted,
}: {
  agent: Agent;
  act: AgentAct | undefined;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const { t } = useTranslation();
  if (act === "edit") return <EditDialog agent={agent} onClose={onClose} />;
  if (act === "duplicate") return <Duplicate agent={agent} onClose={onClose} />;
  return (
    <ConfirmDialog
      open={act === "delete"}
      onOpenChange={onClose}
      title={t("agents:delete.title", { name: agent.name })}
      description={t("agents:delete.hint")}
      confirmLabel={t("common:action.delete")}
      onConfirm={async () => {
        await deleteAgent(agent.id);
        await queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) });
        onDeleted?.();
      }}
    />
  );
}

export const agentSchema = z.object({
  name: nameSchema,
  description: z.string().trim().max(1_000, "common:field.tooLong"),
  icon: z.string(),
});

function EditDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: agentSchema,
    defaultValues: { name: agent.name, description: agent.description, icon: agent.icon },
    submit: async (values) => {
      const saved = await updateAgent(agent.id, values);
      queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("agents:edit.title")}
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
        <Field label={t("agents:field.name")} error={errorOf("name")}>
          <Input {...register("name")} />
        </Field>
        <Field
          label={t("agents:field.description")}
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

function Duplicate({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <DuplicateDialog
      title={t("agents:duplicate.title", { name: agent.name })}
      hint={t("agents:duplicate.hint")}
      label={t("agents:field.name")}
      action={t("agents:duplicate.action")}
      name={t("agents:duplicate.name", { name: agent.name })}
      duplicate={async (name) => {
        const made = await duplicateAgent(agent.id, name);
        await queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) });
        onClose();
        await navigate({
          to: "/w/$workspaceId/agents/$agentId",
          params: { workspaceId: made.workspace_id, agentId: made.id },
        });
      }}
      onClose={onClose}
    />
  );
}
