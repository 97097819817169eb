/** Talking to the draft while it is being written. */
import { useQuery } from "@tanstack/react-query";
import { Eraser, SquarePen } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent, Conversation } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { ChatPane } from "@/features/chat/ChatPane";
import { createConversation, draftConversationQuery } from "@/features/chat/queries";
import { useChatSession } from "@/features/chat/useChatSession";
import { VariableValues } from "@/features/chat/VariableValues";
import { IconButton } from "@/ui/button";
import { LoadingRows } from "@/ui/states";
import { AgentIcon } from "./AgentIcon";
import type { DraftHandle } from "./useDraft";

export function BuilderChat({ agent, draft }: { agent: Agent; draft: DraftHandle }) {
  const { t } = useTranslation();
  const query = draftConversationQuery(agent.workspace_id, agent.id);
  const last = useQuery(query);
  // Counts new beginnings: each is a conversation of its own.
  const [begun, setBegun] = useState(0);
  if (last.isError)
    return <ErrorNotice error={last.error} onRetry={() => void last.refetch()} className="m-4" />;
  if (last.data === undefined)
    return (
      <div className="p-4">
        <LoadingRows label={t("common:loading")} rows={3} />
      </div>
    );
  return (
    <DraftChat
      key={begun}
      agent={agent}
      draft={draft}
      conversation={begun === 0 ? (last.data ?? undefined) : undefined}
      onNew={() => setBegun((count) => count + 1)}
      onCreated={(made) => queryClient.setQueryData(query.queryKey, made)}
    />
  );
}

function DraftChat({
  agent,
  draft: { store, view },
  conversation,
  onNew,
  onCreated,
}: {
  agent: Agent;
  draft: DraftHandle;
  conversation: Conversation | undefined;
  onNew: () => void;
  onCreated: (conversation: Conversation) => void;
}) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Record<string, string>>({});
  // The id with which this chat was opened: the one it makes itself is no other chat.
  const [id] = useState(conversation?.id);
  const chat = useChatSession({
    id,
    create: () => createConversation(agent.workspace_id, { agent_id: agent.id, draft: true }),
    onCreated,
  });
  const { config } = view;
  // What is asked is answered by what is seen, so it is saved first.
  const beforeSend = useCallback(() => store.flush(), [store]);
  return (
    <>
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
        <h2 className="flex-1 truncate text-[13px] font-semibold">{t("agents:chat.title")}</h2>
        <IconButton
          size="icon-sm"
          label={t("chat:clear")}
          disabled={chat.view.turns.length === 0 || chat.view.streaming}
          onClick={() => void chat.session.clear()}
        >
          <Eraser />
        </IconButton>
        <IconButton size="icon-sm" label={t("chat:new")} onClick={onNew}>
          <SquarePen />
        </IconButton>
      </div>
      <ChatPane
        chat={chat}
        workspaceId={agent.workspace_id}
        name={agent.name}
        icon={<AgentIcon agent={agent} className="size-12 text-2xl" />}
        opening={config.opening}
        variables={values}
        beforeSend={beforeSend}
        detailed
        extra={<VariableValues variables={config.variables} values={values} onChange={setValues} />}
      />
    </>
  );
}
