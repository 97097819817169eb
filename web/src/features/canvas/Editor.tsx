/** The editor around the canvas: its stores, and what surrounds the drawing area. */
import { ReactFlowProvider } from "@xyflow/react";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow, WorkflowDraft } from "@/api/types";
import { api, path } from "@/api/client";
import { queryClient } from "@/app/query";
import { useCan } from "@/app/session";
import { saveWorkflowDraft, workflowDraftQuery, workflowQuery, workflowsKey } from "@/features/workflows/queries";
import type { Kinds } from "@/graph/kinds";
import { isComment } from "@/graph/kinds";
import { nodeOf } from "@/graph/document";
import { toast } from "@/ui/toast";
import { ContextMenu } from "./ContextMenu";
import { Dialogs } from "./dialogs/Dialogs";
import { FindingsPanel } from "./FindingsPanel";
import { Canvas } from "./flow/Canvas";
import { Notices } from "./Notices";
import { NodePanel } from "./panel/NodePanel";
import { Palette } from "./picker/Palette";
import { Picker } from "./picker/Picker";
import { RunDock } from "./run/RunDock";
import { RunProvider } from "./run/RunProvider";
import { createEditorStore, EditorContext, useEditor, useEditorStore } from "./store";
import { Toolbar } from "./Toolbar";
import { TopBar } from "./TopBar";
import { useKeyboard } from "./useKeyboard";
import { useRecovery } from "./useRecovery";
import { createViewStore, ViewContext } from "./view-store";

export function Editor({ workflow, draft, kinds }: { workflow: Workflow; draft: WorkflowDraft; kinds: Kinds }) {
  const builder = useCan("builder");
  const [view] = useState(createViewStore);
  const [editor] = useState(() =>
    createEditorStore({
      workflow,
      draft,
      kinds,
      readonly: !builder,
      server: {
        load: () => api.get<WorkflowDraft>(path("workflows", workflow.id, "draft")),
        save: (document, revision) => saveWorkflowDraft(workflow.id, document, revision),
      },
      onSaved: (saved) => {
        queryClient.setQueryData(workflowDraftQuery(workflow.id).queryKey, saved);
        void queryClient.invalidateQueries({ queryKey: workflowQuery(workflow.id).queryKey, exact: true });
        void queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id), refetchType: "none" });
      },
    }),
  );
  useEffect(() => editor.setState({ workflow }), [editor, workflow]);
  return (
    <EditorContext value={editor}>
      <ViewContext value={view}>
        <ReactFlowProvider>
          <RunProvider>
            <Frame />
          </RunProvider>
        </ReactFlowProvider>
      </ViewContext>
    </EditorContext>
  );
}

function Frame() {
  const editor = useEditorStore();
  const recovery = useRecovery(editor);
  const panel = useEditor(({ open, document }) => {
    const node = open && nodeOf(document, open.node);
    return open && node && !isComment(node) ? open.node : undefined;
  });
  const { node } = useSearch({ from: "/app/w/$workspaceId/workflows/$workflowId/canvas" });
  useKeyboard();
  useKeeping();
  useEffect(() => {
    if (node !== undefined) editor.getState().reveal(node);
  }, [editor, node]);
  return (
    <div className="flex h-full min-h-0 flex-col" data-editor>
      <TopBar />
      <Notices recovery={recovery} />
      <div className="relative flex min-h-0 flex-1">
        <Palette />
        <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
          <Canvas />
          <Toolbar />
          <FindingsPanel />
        </div>
        {panel !== undefined && <NodePanel key={panel} id={panel} />}
      </div>
      <RunDock />
      <Picker />
      <ContextMenu />
      <Dialogs />
    </div>
  );
}

/** Saves what is left when the page is, and takes in what others saved when it is looked at again. */
function useKeeping() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const merged = useEditor((state) => state.merged);
  useEffect(() => {
    if (merged) toast({ title: t("canvas:save.merged", { who: merged.by || t("workflows:draft.somebody") }) });
  }, [merged, t]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (editor.getState().save.status !== "saved") event.preventDefault();
    };
    const back = () => void editor.getState().refresh();
    const online = () => void editor.getState().flush().catch(() => {});
    addEventListener("beforeunload", warn);
    addEventListener("focus", back);
    addEventListener("online", online);
    return () => {
      removeEventListener("beforeunload", warn);
      removeEventListener("focus", back);
      removeEventListener("online", online);
      void editor.getState().flush().catch(() => {});
    };
  }, [editor]);
}
