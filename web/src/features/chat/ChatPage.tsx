/** Talking to an agent on a page of its own. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Bot, Eraser, PanelLeft, Pencil, SquarePen } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent, AgentConfig, Conversation, Id } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useTitle } from "@/app/Page";
import { queryClient } from "@/app/query";
import { useCan, useWorkspace } from "@/app/session";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { agentChoicesQuery, agentQuery, draftQuery, versionQuery } from "@/features/agents/queries";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { EmptyState, LoadingRows } from "@/ui/states";
import { ChatPane } from "./ChatPane";
import { ConversationList } from "./ConversationList";
import { conversationQuery, conversationsKey, createConversation } from "./queries";
import { useChatSession } from "./useChatSession";
import { VariableValues } from "./VariableValues";

/** `/chat`: the choice of an agent. */
export function ChooseAgentPage() {
  return (
    <ChatFrame agentId={undefined} current={undefined}>
      {(openList) => <AgentChoice onOpenList={openList} />}
    </ChatFrame>
  );
}

/** `/agents/$agentId/chat`: a new conversation. */
export function NewChatPage() {
  const { agentId } = useParams({ from: "/app/w/$workspaceId/agents/$agentId/chat" });
  return (
    <ChatFrame agentId={agentId} current={undefined}>
      {(openList) => (
        <AgentChat key={agentId} agentId={agentId} conversation={undefined} onOpenList={openList} />
      )}
    </ChatFrame>
  );
}

/** `/chat/$conversationId`. */
export function ConversationPage() {
  const { conversationId } = useParams({ from: "/app/w/$workspaceId/chat/$conversationId" });
  const conversation = useQuery(conversationQuery(conversationId));
  return (
    <ChatFrame agentId={conversation.data?.agent_id ?? undefined} current={conversationId}>
      {(openList) => (
        <QueryView query={conversation} loading={<ChatLoading />}>
          {(data) =>
            data.agent_id === null ? (
              <NoAgentYet />
            ) : (
              <AgentChat
                key={data.id}
                agentId={data.agent_id}
                conversation={data}
                onOpenList={openList}
              />
            )
          }
        </QueryView>
      )}
    </ChatFrame>
  );
}

/** Made on the Coze API, where an agent may be named later. */
function NoAgentYet() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={<Bot />} title={t("chat:noAgent.title")}>
      {t("chat:noAgent.hint")}
    </EmptyState>
  );
}

function ChatLoading() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-6">
      <LoadingRows label={t("common:loading")} />
    </div>
  );
}

/** The list at the left; at phone width in a drawer. */
function ChatFrame({
  agentId,
  current,
  children,
}: {
  agentId: Id | undefined;
  current: Id | undefined;
  children: (openList: () => void) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const [drawer, setDrawer] = useState(false);
  const list = (
    <ConversationList current={current} agentId={agentId} onPick={() => setDrawer(false)} />
  );
  return (
    <div className="flex h-full min-h-0">
      <aside className="hidden w-64 shrink-0 border-r border-line lg:block">{list}</aside>
      <Drawer open={drawer} onOpenChange={setDrawer} title={t("chat:list.label")}>
        {list}
      </Drawer>
      <div className="flex min-w-0 flex-1 flex-col">{children(() => setDrawer(true))}</div>
    </div>
  );
}

function Bar({ onOpenList, children }: { onOpenList: () => void; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-3">
      <IconButton label={t("chat:list.label")} className="lg:hidden" onClick={onOpenList}>
        <PanelLeft />
      </IconButton>
      {children}
    </header>
  );
}

function AgentChoice({ onOpenList }: { onOpenList: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const agents = useQuery(agentChoicesQuery(workspace.id));
  useTitle(t("chat:title"));
  return (
    <>
      <Bar onOpenList={onOpenList}>
        <h1 className="font-medium">{t("chat:title")}</h1>
      </Bar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-2xl px-4 py-8">
          <h2 className="mb-4 text-base font-semibold">{t("chat:choose")}</h2>
          <QueryView query={agents}>
            {(items) =>
              items.length === 0 ? (
                <NoAgents />
              ) : (
                <ul className="grid gap-2 sm:grid-cols-2">
                  {items.map((agent) => (
                    <li key={agent.id}>
                      <Link
                        to="/w/$workspaceId/agents/$agentId/chat"
                        params={{ workspaceId: workspace.id, agentId: agent.id }}
                        className="flex items-center gap-3 rounded-lg border border-line p-3 transition-colors hover:border-line-strong hover:bg-hover/50"
                      >
                        <AgentIcon agent={agent} />
                        <span className="min-w-0">
                          <span className="block truncate font-medium">{agent.name}</span>
                          <span className="block truncate text-[13px] text-soft">
                            {agent.description}
                          </span>
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              )
            }
          </QueryView>
        </div>
      </div>
    </>
  );
}

function NoAgents() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const builder = useCan("builder");
  return (
    <EmptyState
      icon={<Bot />}
      title={t("agents:empty.title")}
      action={
        builder && (
          <Button asChild variant="primary">
            <Link
              to="/w/$workspaceId/agents"
              params={{ workspaceId: workspace.id }}
              search={{ create: true }}
            >
              {t("agents:create.action")}
            </Link>
          </Button>
        )
      }
    >
      {builder ? t("agents:empty.hint") : t("agents:empty.viewer")}
    </EmptyState>
  );
}

/** The document that this conversation runs: the draft's, or the published version's. */
function useConfig(agent: Agent | undefined, draft: boolean): AgentConfig | undefined {
  const version = agent?.published_version ?? null;
  const published = useQuery({
    ...versionQuery(agent?.id ?? "", version ?? 0),
    enabled: agent !== undefined && !draft && version !== null,
  });
  const edited = useQuery({ ...draftQuery(agent?.id ?? ""), enabled: agent !== undefined && draft });
  return (draft ? edited.data : published.data)?.config;
}

function AgentChat({
  agentId,
  conversation,
  onOpenList,
}: {
  agentId: Id;
  conversation: Conversation | undefined;
  onOpenList: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const agent = useQuery(agentQuery(agentId));
  const draft = conversation?.draft ?? agent.data?.published_version === null;
  const config = useConfig(agent.data, draft);
  const [values, setValues] = useState<Record<string, string>>({});

  const onChange = useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: conversationsKey(workspace.id) });
  }, [workspace.id]);
  const chat = useChatSession({
    id: conversation?.id,
    create: async () => {
      const current = await queryClient.ensureQueryData(agentQuery(agentId));
      return createConversation(workspace.id, {
        agent_id: agentId,
        ...(current.published_version === null ? { draft: true } : {}),
      });
    },
    onCreated: (made) => {
      queryClient.setQueryData(conversationQuery(made.id).queryKey, made);
      void navigate({
        to: "/w/$workspaceId/chat/$conversationId",
        params: { workspaceId: workspace.id, conversationId: made.id },
        replace: true,
      });
    },
    onChange,
  });
  const name = agent.data?.name ?? "";
  useTitle(conversation?.name || name);

  return (
    <>
      <Bar onOpenList={onOpenList}>
        {agent.data && <AgentIcon agent={agent.data} className="size-7 text-base" />}
        <h1 className="min-w-0 truncate font-medium">{name}</h1>
        {draft && agent.data && <Badge>{t("chat:draft")}</Badge>}
        <span className="flex-1" />
        <IconButton
          label={t("chat:clear")}
          disabled={chat.view.turns.length === 0 || chat.view.streaming}
          onClick={() => void chat.session.clear()}
        >
          <Eraser />
        </IconButton>
        <IconButton label={t("chat:new")} asChild>
          <Link
            to="/w/$workspaceId/agents/$agentId/chat"
            params={{ workspaceId: workspace.id, agentId }}
          >
            <SquarePen />
          </Link>
        </IconButton>
        <EditLink agentId={agentId} />
      </Bar>
      {agent.isError && <ErrorNotice error={agent.error} className="m-4" />}
      <ChatPane
        chat={chat}
        workspaceId={workspace.id}
        name={name}
        icon={agent.data && <AgentIcon agent={agent.data} className="size-12 text-2xl" />}
        opening={config?.opening}
        variables={values}
        disabled={agent.data === undefined}
        extra={
          <VariableValues variables={config?.variables ?? []} values={values} onChange={setValues} />
        }
      />
    </>
  );
}

function EditLink({ agentId }: { agentId: Id }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  if (!useCan("builder")) return null;
  return (
    <IconButton label={t("chat:edit")} asChild>
      <Link
        to="/w/$workspaceId/agents/$agentId"
        params={{ workspaceId: workspace.id, agentId }}
      >
        <Pencil />
      </Link>
    </IconButton>
  );
}
