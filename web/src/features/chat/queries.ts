import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  Conversation,
  FileInfo,
  Id,
  List,
  Message,
  MessagePage,
  Run,
} from "@/api/types";

/** Messages that are loaded at a time. */
export const MESSAGES = 50;

export const conversationsKey = (workspaceId: Id) =>
  ["workspaces", workspaceId, "conversations"] as const;

export const conversationsQuery = (workspaceId: Id, filter: { agent_id?: Id; q?: string }) =>
  infiniteQueryOptions({
    queryKey: [...conversationsKey(workspaceId), filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<List<Conversation>>(path("workspaces", workspaceId, "conversations"), {
        signal,
        query: { limit: 30, ...filter, cursor: pageParam },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    select: (data) => data.pages.flatMap((page) => page.items),
  });

export const conversationQuery = (id: Id) =>
  queryOptions({
    queryKey: ["conversations", id],
    queryFn: ({ signal }) => getConversation(id, signal),
  });

/** The person's last test conversation with the agent's draft, if there is one. */
export const draftConversationQuery = (workspaceId: Id, agentId: Id) =>
  queryOptions({
    queryKey: ["agents", agentId, "draft-conversation"],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<List<Conversation>>(
        path("workspaces", workspaceId, "conversations"),
        { signal, query: { agent_id: agentId, limit: 20 } },
      );
      return items.find(({ draft }) => draft) ?? null;
    },
    staleTime: Infinity,
  });

export const fileQuery = (id: Id) =>
  queryOptions({
    queryKey: ["files", id],
    queryFn: ({ signal }) => api.get<FileInfo>(path("files", id), { signal }),
    staleTime: Infinity,
  });

export const getConversation = (id: Id, signal?: AbortSignal) =>
  api.get<Conversation>(path("conversations", id), { signal });
export const getMessages = (id: Id, before: Id | undefined, signal?: AbortSignal) =>
  api.get<MessagePage>(path("conversations", id, "messages"), {
    signal,
    query: { before, limit: MESSAGES },
  });
export const createConversation = (workspaceId: Id, input: { agent_id: Id; draft?: boolean }) =>
  api.post<Conversation>(path("workspaces", workspaceId, "conversations"), input);
export const renameConversation = (id: Id, name: string) =>
  api.patch<Conversation>(path("conversations", id), { name });
export const deleteConversation = (id: Id) => api.delete(path("conversations", id));
export const clearConversation = (id: Id) =>
  api.post<{ section_id: Id }>(path("conversations", id, "clear"));
export const sendFeedback = (id: Id, rating: "up" | "down" | null) =>
  api.put<Message>(path("messages", id, "feedback"), { rating });
export const cancelRun = (id: Id) => api.post<Run>(path("runs", id, "cancel"));

export function uploadFile(workspaceId: Id, file: File) {
  const form = new FormData();
  form.append("file", file);
  return api.post<FileInfo>(path("workspaces", workspaceId, "files"), form);
}
