import { useEffect, useState, useSyncExternalStore } from "react";
import type { AgentDraft, Id } from "@/api/types";
import { queryClient } from "@/app/query";
import { DraftStore, type DraftView } from "./draft-store";
import { agentQuery, agentsKey, draftQuery, getDraft, saveDraft } from "./queries";

export interface DraftHandle {
  store: DraftStore;
  view: DraftView;
}

/** The draft being edited; saved when the page is left, too. */
export function useDraft(workspaceId: Id, agentId: Id, draft: AgentDraft): DraftHandle {
  const [store] = useState(
    () =>
      new DraftStore(draft, {
        load: () => getDraft(agentId),
        save: (config, revision) => saveDraft(agentId, config, revision),
      }),
  );
  const view = useSyncExternalStore(store.subscribe, store.getView);
  useEffect(() => {
    store.onSaved = (saved) => {
      queryClient.setQueryData(draftQuery(agentId).queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: agentQuery(agentId).queryKey, exact: true });
      void queryClient.invalidateQueries({ queryKey: agentsKey(workspaceId) });
    };
    const warn = (event: BeforeUnloadEvent) => {
      if (store.getView().status !== "saved") event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => {
      removeEventListener("beforeunload", warn);
      void store.flush().catch(() => {});
    };
  }, [store, workspaceId, agentId]);
  return { store, view };
}
