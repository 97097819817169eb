import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, CodeXml, CopyPlus, MessagesSquare, Pencil, Plus, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { Card, cardLink, Cards, CardsLoading } from "@/app/Cards";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useCan, useWorkspace } from "@/app/session";
import { Button, IconButton } from "@/ui/button";
import { SearchInput } from "@/ui/input";
import { MenuItem, MenuSeparator } from "@/ui/menu";
import { EmptyState } from "@/ui/states";
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
          <Cards>
            {items.map((agent) => (
              <AgentCard
                key={agent.id}
                agent={agent}
                builder={builder}
                onAct={(act) => setActing({ agent, act })}
              />
            ))}
          </Cards>
        )}
      </PagesView>
      {builder && create === true && <NewAgentDialog onClose={() => openCreate(false)} />}
      {acting && (
        <AgentDialogs agent={acting.agent} act={acting.act} onClose={() => setActing(undefined)} />
      )}
    </Page>
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
  const params = { workspaceId: agent.workspace_id, agentId: agent.id };
  return (
    <Card
      picture={<AgentIcon agent={agent} />}
      title={
        <Link
          to={builder ? "/w/$workspaceId/agents/$agentId" : "/w/$workspaceId/agents/$agentId/chat"}
          params={params}
          className={cardLink}
        >
          {agent.name}
        </Link>
      }
      description={agent.description}
      state={<PublishState agent={agent} />}
      updatedAt={agent.updated_at}
      action={
        <IconButton size="icon-sm" label={t("agents:openChatWith", { name: agent.name })} asChild>
          <Link to="/w/$workspaceId/agents/$agentId/chat" params={params}>
            <MessagesSquare />
          </Link>
        </IconButton>
      }
      menu={
        builder
          ? {
              label: t("agents:actions", { name: agent.name }),
              items: (
                <>
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
                </>
              ),
            }
          : undefined
      }
    />
  );
}
