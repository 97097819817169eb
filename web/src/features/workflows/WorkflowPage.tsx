/** One workflow: what it does, its draft, its versions, who calls it, how to call it. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Activity, ArrowLeft, ArrowRightLeft, CloudOff, CopyPlus, Download, FolderInput, MoreHorizontal, Pencil, Play, Rocket, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useTitle } from "@/app/Page";
import { useCan } from "@/app/session";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { TriggersTab } from "@/features/triggers/TriggersTab";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
import { ApiTab } from "./ApiTab";
import { DraftTab } from "./DraftTab";
import { ExportDialog } from "./ExportDialog";
import { useOtherWorkspaces } from "./MoveDialogs";
import { OverviewTab } from "./OverviewTab";
import { PublishDialog } from "./PublishDialog";
import { PublishState } from "./PublishState";
import { exportUrl, workflowQuery } from "./queries";
import { ReferencesTab } from "./ReferencesTab";
import { TABS } from "./routes";
import { VersionsTab } from "./VersionsTab";
import { WorkflowDialogs, type WorkflowAct } from "./WorkflowDialogs";

const FROM = "/app/w/$workspaceId/workflows/$workflowId";

export function WorkflowPage() {
  const { workflowId } = useParams({ from: FROM });
  const workflow = useQuery(workflowQuery(workflowId));
  useTitle(workflow.data?.name);
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 sm:px-8 sm:py-8">
      <QueryView query={workflow}>{(data) => <View key={data.id} workflow={data} />}</QueryView>
    </div>
  );
}

function View({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = "overview" } = useSearch({ from: FROM });
  const [publishing, setPublishing] = useState(false);
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  return (
    <>
      <Head workflow={workflow} onPublish={() => setPublishing(true)} />
      <Tabs
        value={tab}
        onValueChange={(next) =>
          void navigate({
            to: "/w/$workspaceId/workflows/$workflowId",
            params,
            search: { tab: next as (typeof TABS)[number] },
            replace: true,
          })
        }
      >
        <TabList className="overflow-x-auto">
          {TABS.map((id) => (
            <Tab key={id} value={id}>
              {t(`workflows:tab.${id}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel value="overview">
          <OverviewTab workflow={workflow} />
        </TabPanel>
        <TabPanel value="draft">
          <DraftTab workflow={workflow} />
        </TabPanel>
        <TabPanel value="versions">
          <VersionsTab workflow={workflow} />
        </TabPanel>
        <TabPanel value="references">
          <ReferencesTab workflow={workflow} />
        </TabPanel>
        <TabPanel value="triggers">
          <TriggersTab workflow={workflow} onPublish={() => setPublishing(true)} />
        </TabPanel>
        <TabPanel value="api">
          <ApiTab workflow={workflow} />
        </TabPanel>
      </Tabs>
      {publishing && <PublishDialog workflow={workflow} onClose={() => setPublishing(false)} />}
    </>
  );
}

function Head({ workflow, onPublish }: { workflow: Workflow; onPublish: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const builder = useCan("builder");
  const movable = useOtherWorkspaces(workflow).length > 0;
  const [act, setAct] = useState<WorkflowAct>();
  const [exporting, setExporting] = useState(false);
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  return (
    <div className="mb-5 flex flex-wrap items-start gap-x-3 gap-y-3">
      <IconButton label={t("workflows:title")} asChild className="-ml-2">
        <Link to="/w/$workspaceId/workflows" params={params}>
          <ArrowLeft />
        </Link>
      </IconButton>
      <AgentIcon agent={workflow} />
      <div className="min-w-0 flex-1 basis-56">
        <h1 className="text-xl leading-7 font-semibold tracking-tight break-words">{workflow.name}</h1>
        {workflow.description !== "" && (
          <p className="mt-1 whitespace-pre-wrap text-soft">{workflow.description}</p>
        )}
        <div className="mt-2 flex flex-wrap items-center gap-1.5">
          <PublishState workflow={workflow} />
          <Badge>{t(`workflows:mode.${workflow.mode}`)}</Badge>
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        {(builder || workflow.published_version !== null) && (
          <Button asChild>
            <Link to="/w/$workspaceId/workflows/$workflowId/run" params={params}>
              <Play />
              {t("workflows:run.action")}
            </Link>
          </Button>
        )}
        {builder && (
          <Button onClick={onPublish}>
            <Rocket />
            {t("workflows:publish.action")}
          </Button>
        )}
        <Button variant="primary" asChild>
          <Link to="/w/$workspaceId/workflows/$workflowId/canvas" params={params}>
            <SquarePen />
            {builder ? t("canvas:edit") : t("canvas:title")}
          </Link>
        </Button>
        <Menu>
          <MenuTrigger asChild>
            <IconButton label={t("common:action.more")} variant="secondary">
              <MoreHorizontal />
            </IconButton>
          </MenuTrigger>
          <MenuContent align="end">
            <MenuItem asChild>
              <Link
                to="/w/$workspaceId/runs"
                params={params}
                search={{ workflow: workflow.id }}
              >
                <Activity />
                {t("workflows:run.runs")}
              </Link>
            </MenuItem>
            <MenuSeparator />
            <MenuItem asChild>
              <a href={exportUrl(workflow.id, "hearth")} download>
                <Download />
                {t("workflows:export.hearth")}
              </a>
            </MenuItem>
            <MenuItem onSelect={() => setExporting(true)}>
              <Download />
              {t("workflows:export.coze")}
            </MenuItem>
            {builder && (
              <>
                <MenuSeparator />
                <MenuItem onSelect={() => setAct("edit")}>
                  <Pencil />
                  {t("workflows:edit.action")}
                </MenuItem>
                <MenuItem onSelect={() => setAct("duplicate")}>
                  <CopyPlus />
                  {t("workflows:duplicate.action")}
                </MenuItem>
                <MenuItem onSelect={() => setAct("folder")}>
                  <FolderInput />
                  {t("workflows:folder.action")}
                </MenuItem>
                {movable && (
                  <MenuItem onSelect={() => setAct("move")}>
                    <ArrowRightLeft />
                    {t("workflows:move.action")}
                  </MenuItem>
                )}
                <MenuSeparator />
                {workflow.published_version !== null && (
                  <MenuItem onSelect={() => setAct("unpublish")}>
                    <CloudOff />
                    {t("workflows:unpublish.action")}
                  </MenuItem>
                )}
                <MenuItem danger onSelect={() => setAct("delete")}>
                  <Trash2 />
                  {t("common:action.delete")}
                </MenuItem>
              </>
            )}
          </MenuContent>
        </Menu>
      </div>
      {exporting && <ExportDialog workflow={workflow} onClose={() => setExporting(false)} />}
      {act && (
        <WorkflowDialogs
          workflow={workflow}
          act={act}
          onClose={() => setAct(undefined)}
          onDeleted={() => void navigate({ to: "/w/$workspaceId/workflows", params })}
        />
      )}
    </div>
  );
}
