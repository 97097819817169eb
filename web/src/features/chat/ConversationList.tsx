/** The person's conversations: search, rename, delete. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { MoreHorizontal, Pencil, SquarePen, Trash2 } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Id } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { ErrorNotice } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, SearchInput } from "@/ui/input";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/ui/menu";
import { LoadingRows } from "@/ui/states";
import {
  conversationQuery,
  conversationsKey,
  conversationsQuery,
  deleteConversation,
  renameConversation,
} from "./queries";

export function ConversationList({
  current,
  agentId,
  onPick,
}: {
  current: Id | undefined;
  /** The agent that a new conversation is with. */
  agentId: Id | undefined;
  onPick?: () => void;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const list = useInfiniteQuery(conversationsQuery(workspace.id, { q }));
  const [renaming, setRenaming] = useState<Conversation>();
  const [deleting, setDeleting] = useState<Conversation>();

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="space-y-2 p-2.5">
        <Button asChild className="w-full">
          <Link
            to={agentId ? "/w/$workspaceId/agents/$agentId/chat" : "/w/$workspaceId/chat"}
            params={{ workspaceId: workspace.id, agentId: agentId ?? "" }}
            onClick={onPick}
          >
            <SquarePen />
            {t("chat:new")}
          </Link>
        </Button>
        <SearchInput
          value={text}
          aria-label={t("chat:list.search")}
          placeholder={t("chat:list.search")}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <nav aria-label={t("chat:list.label")} className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-3">
        {list.isPending && <LoadingRows label={t("common:loading")} />}
        {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.data?.length === 0 && (
          <p className="px-2 py-6 text-center text-[13px] text-faint">
            {q === "" ? t("chat:list.empty") : t("chat:list.nothing")}
          </p>
        )}
        <ul className="space-y-0.5">
          {list.data?.map((item) => (
            <Row
              key={item.id}
              item={item}
              current={item.id === current}
              onPick={onPick}
              onRename={() => setRenaming(item)}
              onDelete={() => setDeleting(item)}
            />
          ))}
        </ul>
        {list.hasNextPage && (
          <Button
            size="sm"
            variant="ghost"
            className="mt-1 w-full"
            busy={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("common:action.loadMore")}
          </Button>
        )}
      </nav>
      {renaming && (
        <RenameDialog conversation={renaming} onClose={() => setRenaming(undefined)} />
      )}
      <DeleteDialog
        conversation={deleting}
        current={current}
        onClose={() => setDeleting(undefined)}
      />
    </div>
  );
}

function Row({
  item,
  current,
  onPick,
  onRename,
  onDelete,
}: {
  item: Conversation;
  current: boolean;
  onPick?: () => void;
  onRename: () => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = item.name || t("chat:untitled");
  return (
    <li
      className={cn(
        "group relative flex items-center rounded-md transition-colors hover:bg-hover",
        current && "bg-hover",
      )}
    >
      <Link
        to="/w/$workspaceId/chat/$conversationId"
        params={{ workspaceId: item.workspace_id, conversationId: item.id }}
        aria-current={current ? "page" : undefined}
        onClick={onPick}
        className="min-w-0 flex-1 py-1.5 pr-9 pl-2"
      >
        <span className={cn("block truncate text-[13px]", current ? "font-medium" : "text-soft")}>
          {name}
        </span>
        <span className="flex items-center gap-1.5 text-xs text-faint">
          {format.ago(item.updated_at)}
          {item.draft && <Badge className="h-4 text-[11px]">{t("chat:draft")}</Badge>}
          {item.active_run_id !== null && (
            <span className="size-1.5 rounded-full bg-accent" title={t("chat:running")} />
          )}
        </span>
      </Link>
      <Menu>
        <MenuTrigger asChild>
          <IconButton
            size="icon-sm"
            label={t("chat:list.more", { name })}
            className="absolute right-1 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 max-md:opacity-100"
          >
            <MoreHorizontal />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end" className="min-w-36">
          <MenuItem onSelect={onRename}>
            <Pencil />
            {t("chat:rename.action")}
          </MenuItem>
          <MenuItem danger onSelect={onDelete}>
            <Trash2 />
            {t("common:action.delete")}
          </MenuItem>
        </MenuContent>
      </Menu>
    </li>
  );
}

const changed = (workspaceId: Id) =>
  queryClient.invalidateQueries({ queryKey: conversationsKey(workspaceId) });

function RenameDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const [name, setName] = useState(conversation.name);
  const [error, setError] = useState<unknown>();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("chat:rename.title")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={name.trim() === ""}>
            {t("common:action.save")}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          renameConversation(conversation.id, name.trim()).then((saved) => {
            queryClient.setQueryData(conversationQuery(saved.id).queryKey, saved);
            void changed(conversation.workspace_id);
            onClose();
          }, setError);
        }}
      >
        {error !== undefined && <ErrorNotice error={error} />}
        <Field label={t("chat:rename.name")}>
          <Input autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function DeleteDialog({
  conversation,
  current,
  onClose,
}: {
  conversation: Conversation | undefined;
  current: Id | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      open={conversation !== undefined}
      onOpenChange={onClose}
      title={t("chat:delete.title", { name: conversation?.name || t("chat:untitled") })}
      description={t("chat:delete.hint")}
      confirmLabel={t("common:action.delete")}
      onConfirm={async () => {
        if (!conversation) return;
        await deleteConversation(conversation.id);
        await changed(conversation.workspace_id);
        if (conversation.id !== current) return;
        const { workspace_id: workspaceId, agent_id: agentId } = conversation;
        if (agentId === null) await navigate({ to: "/w/$workspaceId/chat", params: { workspaceId } });
        else
          await navigate({
            to: "/w/$workspaceId/agents/$agentId/chat",
            params: { workspaceId, agentId },
          });
      }}
    />
  );
}
