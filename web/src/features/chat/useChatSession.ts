import { useEffect, useState, useSyncExternalStore } from "react";
import type { Conversation, Id } from "@/api/types";
import { ChatSession, type ChatView } from "./session";

interface Held {
  session: ChatSession;
  holders: number;
}
// A conversation that was begun on one page and is shown on the next keeps its
// stream: both hold the same session.
const open = new Map<Id, Held>();

function hold(id: Id, session: ChatSession): () => void {
  const held = open.get(id) ?? { session, holders: 0 };
  held.holders++;
  open.set(id, held);
  return () => {
    // Later, so that the next page can take hold first.
    setTimeout(() => {
      if (--held.holders > 0) return;
      open.delete(id);
      held.session.close();
    }, 500);
  };
}

export interface ChatHandle {
  session: ChatSession;
  view: ChatView;
}

/**
 * The session of a conversation; without an id, of one that `create` makes when
 * the first question is sent. `onCreated` hears its id.
 */
export function useChatSession({
  id,
  create,
  onCreated,
  onChange,
}: {
  id: Id | undefined;
  create?: () => Promise<Conversation>;
  onCreated?: (conversation: Conversation) => void;
  onChange?: () => void;
}): ChatHandle {
  const [session] = useState(
    () => (id !== undefined && open.get(id)?.session) || new ChatSession(id, create),
  );
  const view = useSyncExternalStore(session.subscribe, session.getView);
  const current = session.conversationId;

  useEffect(() => (current === undefined ? undefined : hold(current, session)), [current, session]);
  useEffect(() => {
    session.onChange = onChange ?? (() => {});
  }, [session, onChange]);
  const created = id === undefined ? view.conversation : undefined;
  useEffect(() => {
    if (created) onCreated?.(created);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once per conversation
  }, [created?.id]);
  return { session, view };
}
