/** Holds the run that is shown on the canvas; the URL names it (`?run=`, and `at=` inside a called workflow). */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { api, path } from "@/api/client";
import { ApiError } from "@/api/errors";
import { followRun } from "@/api/sse";
import type { Id, RunDetail } from "@/api/types";
import { queryClient } from "@/app/query";
import { runsKey } from "@/features/runs/queries";
import { useEditorStore } from "../store";
import { RunContext } from "./context";
import { lastRunQuery } from "./queries";
import { createRunStore } from "./store";

const FROM = "/app/w/$workspaceId/workflows/$workflowId/canvas";

export function RunProvider({ children }: { children: ReactNode }) {
  const editor = useEditorStore();
  const navigate = useNavigate();
  const search = useSearch({ from: FROM });
  const shown = (id: Id | undefined) => {
    const { workflow } = editor.getState();
    void navigate({
      to: "/w/$workspaceId/workflows/$workflowId/canvas",
      params: { workspaceId: workflow.workspace_id, workflowId: workflow.id },
      search: { run: id, at: store.getState().base || undefined },
      replace: true,
    });
    void queryClient.invalidateQueries({ queryKey: lastRunQuery(workflow.workspace_id, workflow.id).queryKey });
    void queryClient.invalidateQueries({ queryKey: runsKey(workflow.workspace_id) });
  };
  const onShown = useRef(shown);
  useEffect(() => {
    onShown.current = shown;
  });
  const [store] = useState(() =>
    createRunStore({
      workflow: editor.getState().workflow.id,
      api: {
        get: (id, signal) => api.get<RunDetail>(path("runs", id), { signal }),
        follow: (id, options) => followRun(id, options),
      },
      save: async () => {
        if (editor.getState().save.status === "conflict")
          throw new ApiError({ status: 0, code: "draft_changed", message: "The draft was changed elsewhere." });
        await editor.getState().flush();
      },
      onShown: (id) => onShown.current(id),
    }),
  );

  useEffect(() => {
    if (search.run !== undefined) store.getState().show(search.run, search.at ?? "");
    else if (store.getState().runId !== undefined) store.getState().clear();
  }, [store, search.run, search.at]);
  // Who comes for a run wants to know what came of it.
  const came = useRef(search.run !== undefined);
  useEffect(() => {
    if (came.current) store.getState().openDock("result");
    came.current = false;
    return () => store.stop();
  }, [store]);

  return <RunContext.Provider value={store}>{children}</RunContext.Provider>;
}
