/** What the top bar has beside editing and running: versions, export, the workflow's other pages. */
import { Link } from "@tanstack/react-router";
import { Braces, Download, History, Link2, MoreHorizontal, Sparkles } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ExportDialog } from "@/features/workflows/ExportDialog";
import { exportUrl } from "@/features/workflows/queries";
import { IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { useEditor, useEditorStore } from "../store";
import { Presence } from "./Presence";

const AssistDialog = lazy(async () => ({ default: (await import("./AssistDialog")).AssistDialog }));
const VersionsDialog = lazy(async () => ({ default: (await import("./VersionsDialog")).VersionsDialog }));

export function AroundBar() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const readonly = useEditor((state) => state.readonly);
  const [dialog, setDialog] = useState<"assist" | "versions" | "coze">();
  const close = () => setDialog(undefined);
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  // What is exported is what the server has.
  const coze = async () => {
    await editor.getState().flush().catch(() => {});
    setDialog("coze");
  };
  return (
    <>
      <Presence />
      {!readonly && (
        <IconButton label={t("canvas-around:assist.title")} onClick={() => setDialog("assist")}>
          <Sparkles />
        </IconButton>
      )}
      <IconButton label={t("workflows:tab.versions")} onClick={() => setDialog("versions")}>
        <History />
      </IconButton>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={t("common:action.more")}>
            <MoreHorizontal />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem asChild>
            <Link to="/w/$workspaceId/workflows/$workflowId" params={params} search={{ tab: "api" }}>
              <Braces />
              {t("workflows:publish.api")}
            </Link>
          </MenuItem>
          <MenuItem asChild>
            <Link to="/w/$workspaceId/workflows/$workflowId" params={params} search={{ tab: "references" }}>
              <Link2 />
              {t("workflows:tab.references")}
            </Link>
          </MenuItem>
          <MenuSeparator />
          <MenuItem asChild>
            <a href={exportUrl(workflow.id, "hearth")} download>
              <Download />
              {t("workflows:export.hearth")}
            </a>
          </MenuItem>
          <MenuItem onSelect={() => void coze()}>
            <Download />
            {t("workflows:export.coze")}
          </MenuItem>
        </MenuContent>
      </Menu>
      {dialog === "assist" && (
        <Suspense>
          <AssistDialog onClose={close} />
        </Suspense>
      )}
      {dialog === "versions" && (
        <Suspense>
          <VersionsDialog onClose={close} />
        </Suspense>
      )}
      {dialog === "coze" && <ExportDialog workflow={workflow} onClose={close} />}
    </>
  );
}
