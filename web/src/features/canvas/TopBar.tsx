import { Link } from "@tanstack/react-router";
import { ArrowLeft, Braces, CircleCheck, CircleX, CloudOff, Redo2, Rocket, TriangleAlert, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/app/format";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { PublishState } from "@/features/workflows/PublishState";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";
import { AroundBar } from "./around/AroundBar";
import { shown } from "./keys";
import { RunBar } from "./run/RunBar";
import { useEditor, useEditorStore } from "./store";
import { useViewStore } from "./view-store";

export function TopBar() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const workflow = useEditor((state) => state.workflow);
  const readonly = useEditor((state) => state.readonly);
  const canUndo = useEditor((state) => state.canUndo);
  const canRedo = useEditor((state) => state.canRedo);
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  // The dialog compares what is saved.
  const publish = async () => {
    await editor.getState().flush().catch(() => {});
    if (editor.getState().save.status === "saved") view.getState().set({ dialog: "publish" });
  };
  const hint = (text: string, keys: string) => `${text} (${shown(keys)})`;
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-2 lg:flex-nowrap gap-y-1 border-b border-line bg-raised px-2 py-1.5">
      <IconButton label={t("canvas:back")} asChild>
        <Link to="/w/$workspaceId/workflows/$workflowId" params={params}>
          <ArrowLeft />
        </Link>
      </IconButton>
      <AgentIcon agent={workflow} />
      <h1 className="max-w-64 min-w-0 truncate text-sm font-semibold">{workflow.name}</h1>
      <span className="hidden shrink-0 items-center gap-1.5 min-[1360px]:flex">
        <PublishState workflow={workflow} />
        {workflow.mode === "chatflow" && <Badge>{t("workflows:mode.chatflow")}</Badge>}
      </span>
      {readonly ? <Badge>{t("canvas:readonly")}</Badge> : <SaveStatus />}
      <span className="min-w-2 flex-1" />
      {!readonly && (
        <span className="flex">
          <IconButton
            label={hint(t("canvas:undo"), "Mod+Z")}
            disabled={!canUndo}
            onClick={() => editor.getState().undo()}
          >
            <Undo2 />
          </IconButton>
          <IconButton
            label={hint(t("canvas:redo"), "Mod+Shift+Z")}
            disabled={!canRedo}
            onClick={() => editor.getState().redo()}
          >
            <Redo2 />
          </IconButton>
        </span>
      )}
      <IconButton
        label={hint(t("canvas:json.title"), "J")}
        onClick={() => view.getState().set({ dialog: "json", jsonOf: undefined })}
      >
        <Braces />
      </IconButton>
      <FindingsButton />
      <AroundBar />
      <RunBar />
      {!readonly && (
        <Button variant="primary" onClick={() => void publish()}>
          <Rocket />
          {t("workflows:publish.action")}
        </Button>
      )}
    </header>
  );
}

/** Whether the work is safe. */
function SaveStatus() {
  const { t } = useTranslation();
  const format = useFormat();
  const { status, savedAt, revision } = useEditor((state) => state.save);
  const busy = status === "saving" || status === "unsaved";
  const Icon = status === "saved" ? CircleCheck : status === "conflict" ? TriangleAlert : CloudOff;
  return (
    <span
      role="status"
      data-save={status}
      data-revision={revision}
      title={t("canvas:save.at", { when: format.dateTime(savedAt) })}
      className={`flex items-center gap-1.5 text-xs ${status === "failed" || status === "conflict" ? "text-warning-text" : "text-faint"}`}
    >
      {busy ? <Spinner /> : <Icon aria-hidden="true" className="size-3.5" />}
      {t(`canvas:save.${status}`)}
    </span>
  );
}

/** How many findings there are; opens their list. */
function FindingsButton() {
  const { t } = useTranslation();
  const view = useViewStore();
  const findings = useEditor((state) => state.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const Icon = errors > 0 ? CircleX : findings.length > 0 ? TriangleAlert : CircleCheck;
  const color = errors > 0 ? "!text-danger-text" : findings.length > 0 ? "!text-warning-text" : "!text-success-text";
  return (
    <Button
      variant="ghost"
      data-findings-button={findings.length}
      title={`${t("canvas:findings.title")} (E)`}
      aria-label={t("canvas:findings.count", { count: findings.length })}
      onClick={() => view.getState().set({ findings: !view.getState().findings })}
    >
      <Icon className={color} />
      {findings.length > 0 && findings.length}
    </Button>
  );
}
