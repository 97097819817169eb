import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, CodeXml, CopyPlus, MessagesSquare, MoreHorizontal, Pencil, Plus, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useCan, useWorkspace } from "@/app/session";
import { Button, IconButton } from "@/ui/button";
import { SearchInput } from "@/ui/input";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { EmptyState, Skeleton } from "@/ui/states";
import { AgentDialogs, type AgentAct } from "./AgentDialogs";
import { AgentIcon } from "./AgentIcon";
import { NewAgentDialog } from "./NewAgentDialog";
import { PublishState } from "./PublishState";
import { agentsKey, agentsPath } from "./queries";

export function AgentsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const builder = useCan("builder");
  const { create } = useSearch({ from: "/app/w/$workspaceId/agents" });
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const agents = usePages<Agent>(agentsKey(workspace.id), agentsPath(workspace.id), { q });
  const [acting, setActing] = useState<{ agent: Agent; act: AgentAct }>();
  const openCreate = (open: boolean) =>
    void navigate({
      to: "/w/$workspaceId/agents",
      params: { workspaceId: workspace.id },
      search: open ? { create: true } : {},
      replace: true,
    });
  const add = builder && (
    <Button variant="primary" onClick={() => openCreate(true)}>
      <Plus />
      {t("agents:create.action")}
    </Button>
  );
  return (
    <Page title={t("agents:title")} description={t("agents:description")} actions={add}>
      <SearchInput
        className="mb-4 max-w-xs"
        value={text}
        aria-label={t("agents:search")}
        placeholder={t("agents:search")}
        onChange={(event) => setText(event.target.value)}
      />
      <PagesView
        pages={agents}
        loading={<CardsLoading />}
        empty={
          q === "" ? (
            <EmptyState icon={<Bot />} title={t("agents:empty.title")} action={add}>
              {builder ? t("agents:empty.hint") : t("agents:empty.viewer")}
            </EmptyState>
          ) : (
            <EmptyState title={t("agents:nothing", { text: q })} />
          )
        }
      >
        {(items) => (
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {items.map((agent) => (
              <AgentCard
                key={agent.id}
                agent={agent}
                builder={builder}
                onAct={(act) => setActing({ agent, act })}
              />
            ))}
          </ul>
        )}
      </PagesView>
      {builder && create === true && <NewAgentDialog onClose={() => openCreate(false)} />}
      {acting && (
        <AgentDialogs agent={acting.agent} act={acting.act} onClose={() => setActing(undefined)} />
      )}
    </Page>
  );
}

function CardsLoading() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t("common:loading")}
      className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3"
    >
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-34 rounded-lg" />
      ))}
    </div>
  );
}

function AgentCard({
  agent,
  builder,
  onAct,
}: {
  agent: Agent;
  builder: boolean;
  onAct: (act: AgentAct) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const params = { workspaceId: agent.workspace_id, agentId: agent.id };
  return (
    <li className="relative flex flex-col rounded-lg border border-line bg-surface p-4 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <div className="flex items-start gap-3">
        <AgentIcon agent={agent} />
        <div className="min-w-0 flex-1">
          <Link
            to={builder ? "/w/$workspaceId/agents/$agentId" : "/w/$workspaceId/agents/$agentId/chat"}
            params={params}
            className="block truncate font-medium outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-ring"
          >
            {agent.name}
          </Link>
          <p className="mt-0.5 line-clamp-2 min-h-10 text-[13px] leading-5 text-soft">
            {agent.description}
          </p>
        </div>
      </div>
      <div className="mt-3 flex items-center gap-2">
        <PublishState agent={agent} />
        <span className="min-w-0 flex-1 truncate text-xs text-faint">
          {format.ago(agent.updated_at)}
        </span>
        <span className="relative z-10 -my-1 -mr-2 flex">
          <IconButton size="icon-sm" label={t("agents:openChatWith", { name: agent.name })} asChild>
            <Link to="/w/$workspaceId/agents/$agentId/chat" params={params}>
              <MessagesSquare />
            </Link>
          </IconButton>
          {builder && (
            <Menu>
              <MenuTrigger asChild>
                <IconButton size="icon-sm" label={t("agents:actions", { name: agent.name })}>
                  <MoreHorizontal />
                </IconButton>
              </MenuTrigger>
              <MenuContent align="end">
                <MenuItem onSelect={() => onAct("edit")}>
                  <Pencil />
                  {t("agents:edit.action")}
                </MenuItem>
                <MenuItem onSelect={() => onAct("duplicate")}>
                  <CopyPlus />
                  {t("agents:duplicate.action")}
                </MenuItem>
                <MenuItem asChild>
                  <Link to="/w/$workspaceId/agents/$agentId/api" params={params}>
                    <CodeXml />
                    {t("agents:api.title")}
                  </Link>
                </MenuItem>
                <MenuSeparator />
                <MenuItem danger onSelect={() => onAct("delete")}>
                  <Trash2 />
                  {t("common:action.delete")}
                </MenuItem>
              </MenuContent>
            </Menu>
          )}
        </span>
      </div>
    </li>
  );
}
