/** Edit name and picture, duplicate, delete: from the list and from the builder. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Agent } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { DuplicateDialog, nameSchema } from "@/app/DuplicateDialog";
import { ProfileDialog } from "@/app/ProfileDialog";
import { queryClient } from "@/app/query";
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
  if (act === "edit") return <Edit agent={agent} onClose={onClose} />;
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

function Edit({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ProfileDialog
      title={t("agents:edit.title")}
      label={{ name: t("agents:field.name"), description: t("agents:field.description") }}
      schema={agentSchema}
      profile={agent}
      picker={IconPicker}
      save={async (values) => {
        const saved = await updateAgent(agent.id, values);
        queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
        await queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) });
      }}
      onClose={onClose}
    />
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
