/** The builder's head: which agent, whether it is saved, and what can be done with it. */
import { Link, useNavigate } from "@tanstack/react-router";
import {
  ArrowLeft,
  CodeXml,
  CopyPlus,
  History,
  MessagesSquare,
  MoreHorizontal,
  Pencil,
  Rocket,
  Trash2,
  Undo2,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { queryClient } from "@/app/query";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { AgentDialogs, type AgentAct } from "./AgentDialogs";
import { AgentIcon } from "./AgentIcon";
import { PublishDialog } from "./PublishDialog";
import { PublishState } from "./PublishState";
import { agentQuery, agentsKey, unpublishAgent } from "./queries";
import type { DraftHandle } from "./useDraft";
import { VersionsPanel } from "./VersionsPanel";

export function BuilderBar({ agent, draft }: { agent: Agent; draft: DraftHandle }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [publishing, setPublishing] = useState(false);
  const [versions, setVersions] = useState(false);
  const [act, setAct] = useState<AgentAct>();
  const [unpublishing, setUnpublishing] = useState(false);
  const params = { workspaceId: agent.workspace_id, agentId: agent.id };
  return (
    <header className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line px-2 sm:gap-2 sm:px-3">
      <IconButton label={t("agents:title")} asChild>
        <Link to="/w/$workspaceId/agents" params={params}>
          <ArrowLeft />
        </Link>
      </IconButton>
      <AgentIcon agent={agent} className="size-7 text-base" />
      <h1 className="min-w-0 truncate font-medium">{agent.name}</h1>
      <IconButton
        size="icon-sm"
        label={t("agents:edit.action")}
        className="max-sm:hidden"
        onClick={() => setAct("edit")}
      >
        <Pencil className="!size-3.5" />
      </IconButton>
      <span className="max-md:hidden">
        <PublishState agent={agent} />
      </span>
      <SaveState draft={draft} />
      <span className="flex-1" />
      <IconButton label={t("agents:versions.title")} onClick={() => setVersions(true)}>
        <History />
      </IconButton>
      <IconButton label={t("agents:api.title")} asChild>
        <Link to="/w/$workspaceId/agents/$agentId/api" params={params}>
          <CodeXml />
        </Link>
      </IconButton>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={t("common:action.more")}>
            <MoreHorizontal />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem asChild>
            <Link to="/w/$workspaceId/agents/$agentId/chat" params={params}>
              <MessagesSquare />
              {t("agents:openChat")}
            </Link>
          </MenuItem>
          <MenuItem onSelect={() => setAct("edit")}>
            <Pencil />
            {t("agents:edit.action")}
          </MenuItem>
          <MenuItem onSelect={() => setAct("duplicate")}>
            <CopyPlus />
            {t("agents:duplicate.action")}
          </MenuItem>
          {agent.published_version !== null && (
            <MenuItem onSelect={() => setUnpublishing(true)}>
              <Undo2 />
              {t("agents:unpublish.action")}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem danger onSelect={() => setAct("delete")}>
            <Trash2 />
            {t("common:action.delete")}
          </MenuItem>
        </MenuContent>
      </Menu>
      <Button variant="primary" onClick={() => setPublishing(true)}>
        <Rocket className="max-sm:hidden" />
        {t("agents:publish.action")}
      </Button>
      {publishing && (
        <PublishDialog agent={agent} draft={draft} onClose={() => setPublishing(false)} />
      )}
      <VersionsPanel agent={agent} draft={draft} open={versions} onOpenChange={setVersions} />
      <AgentDialogs
        agent={agent}
        act={act}
        onClose={() => setAct(undefined)}
        onDeleted={() => void navigate({ to: "/w/$workspaceId/agents", params })}
      />
      <ConfirmDialog
        open={unpublishing}
        onOpenChange={setUnpublishing}
        title={t("agents:unpublish.title", { name: agent.name })}
        description={t("agents:unpublish.hint")}
        confirmLabel={t("agents:unpublish.action")}
        onConfirm={async () => {
          const saved = await unpublishAgent(agent.id);
          queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
          await queryClient.invalidateQueries({ queryKey: agentsKey(agent.workspace_id) });
        }}
      />
    </header>
  );
}

function SaveState({ draft: { view } }: { draft: DraftHandle }) {
  const { t } = useTranslation();
  return (
    <span role="status" className="truncate text-xs text-faint max-sm:hidden" data-save={view.status}>
      {t(`agents:save.${view.status}`)}
    </span>
  );
}
