import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import {
  ArrowRightLeft,
  CopyPlus,
  FolderInput,
  MoreHorizontal,
  Pencil,
  Play,
  Plus,
  Trash2,
  Upload,
  Workflow as WorkflowIcon,
} from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "@/api/types";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useCan, useWorkspace } from "@/app/session";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { SearchInput } from "@/ui/input";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { EmptyState, Skeleton } from "@/ui/states";
import { Folders } from "./Folders";
import { ImportDialog } from "./ImportDialog";
import { useOtherWorkspaces } from "./MoveDialogs";
import { NewWorkflowDialog } from "./NewWorkflowDialog";
import { PublishState } from "./PublishState";
import { workflowsKey, workflowsPath } from "./queries";
import { WorkflowDialogs, type WorkflowAct } from "./WorkflowDialogs";

export function WorkflowsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const builder = useCan("builder");
  const search = useSearch({ from: "/app/w/$workspaceId/workflows" });
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const { folder } = search;
  const workflows = usePages<Workflow>(workflowsKey(workspace.id), workflowsPath(workspace.id), { q, folder });
  const [acting, setActing] = useState<{ workflow: Workflow; act: WorkflowAct }>();
  const open = (shown: { create?: true; import?: true; folder?: string }) =>
    void navigate({
      to: "/w/$workspaceId/workflows",
      params: { workspaceId: workspace.id },
      search: { folder, ...shown },
      replace: true,
    });
  const add = builder && (
    <>
      <Button onClick={() => open({ import: true })}>
        <Upload />
        {t("workflows:import.action")}
      </Button>
      <Button variant="primary" onClick={() => open({ create: true })}>
        <Plus />
        {t("workflows:create.action")}
      </Button>
    </>
  );
  return (
    <Page title={t("workflows:title")} description={t("workflows:description")} actions={add}>
      <Folders folder={folder} onOpen={(next) => open({ folder: next })} />
      <SearchInput
        className="mb-4 max-w-xs"
        value={text}
        aria-label={t("workflows:search")}
        placeholder={t("workflows:search")}
        onChange={(event) => setText(event.target.value)}
      />
      <PagesView
        pages={workflows}
        loading={<CardsLoading />}
        empty={
          q === "" && folder === undefined ? (
            <EmptyState
              icon={<WorkflowIcon />}
              title={t("workflows:empty.title")}
              action={add && <div className="flex flex-wrap justify-center gap-2">{add}</div>}
            >
              {builder ? t("workflows:empty.hint") : t("workflows:empty.viewer")}
            </EmptyState>
          ) : (
            <EmptyState title={q === "" ? t("workflows:folder.empty") : t("workflows:nothing", { text: q })} />
          )
        }
      >
        {(items) => (
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {items.map((workflow) => (
              <WorkflowCard
                key={workflow.id}
                workflow={workflow}
                builder={builder}
                onAct={(act) => setActing({ workflow, act })}
              />
            ))}
          </ul>
        )}
      </PagesView>
      {builder && search.create === true && <NewWorkflowDialog folder={folder} onClose={() => open({})} />}
      {builder && search.import === true && <ImportDialog onClose={() => open({})} />}
      {acting && (
        <WorkflowDialogs
          workflow={acting.workflow}
          act={acting.act}
          onClose={() => setActing(undefined)}
        />
      )}
    </Page>
  );
}

function CardsLoading() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t("common:loading")}
      className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3"
    >
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-34 rounded-lg" />
      ))}
    </div>
  );
}

function WorkflowCard({
  workflow,
  builder,
  onAct,
}: {
  workflow: Workflow;
  builder: boolean;
  onAct: (act: WorkflowAct) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  const movable = useOtherWorkspaces(workflow).length > 0;
  const runnable = builder || workflow.published_version !== null;
  return (
    <li className="relative flex flex-col rounded-lg border border-line bg-surface p-4 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <div className="flex items-start gap-3">
        <AgentIcon agent={workflow} />
        <div className="min-w-0 flex-1">
          <Link
            to="/w/$workspaceId/workflows/$workflowId"
            params={params}
            className="block truncate font-medium outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-ring"
          >
            {workflow.name}
          </Link>
          <p className="mt-0.5 line-clamp-2 min-h-10 text-[13px] leading-5 text-soft">
            {workflow.description}
          </p>
        </div>
      </div>
      <div className="mt-3 flex items-center gap-2">
        <PublishState workflow={workflow} />
        {workflow.mode === "chatflow" && <Badge>{t("workflows:mode.chatflow")}</Badge>}
        <span className="min-w-0 flex-1 truncate text-xs text-faint">
          {format.ago(workflow.updated_at)}
        </span>
        <span className="relative z-10 -my-1 -mr-2 flex">
          {runnable && (
            <IconButton size="icon-sm" label={t("workflows:run.of", { name: workflow.name })} asChild>
              <Link to="/w/$workspaceId/workflows/$workflowId/run" params={params}>
                <Play />
              </Link>
            </IconButton>
          )}
          {builder && (
            <Menu>
              <MenuTrigger asChild>
                <IconButton size="icon-sm" label={t("workflows:actions", { name: workflow.name })}>
                  <MoreHorizontal />
                </IconButton>
              </MenuTrigger>
              <MenuContent align="end">
                <MenuItem onSelect={() => onAct("edit")}>
                  <Pencil />
                  {t("workflows:edit.action")}
                </MenuItem>
                <MenuItem onSelect={() => onAct("duplicate")}>
                  <CopyPlus />
                  {t("workflows:duplicate.action")}
                </MenuItem>
                <MenuItem onSelect={() => onAct("folder")}>
                  <FolderInput />
                  {t("workflows:folder.action")}
                </MenuItem>
                {movable && (
                  <MenuItem onSelect={() => onAct("move")}>
                    <ArrowRightLeft />
                    {t("workflows:move.action")}
                  </MenuItem>
                )}
                <MenuSeparator />
                <MenuItem danger onSelect={() => onAct("delete")}>
                  <Trash2 />
                  {t("common:action.delete")}
                </MenuItem>
              </MenuContent>
            </Menu>
          )}
        </span>
      </div>
    </li>
  );
}
