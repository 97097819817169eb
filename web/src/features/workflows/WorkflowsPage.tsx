import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import {
  ArrowRightLeft,
  CopyPlus,
  FolderInput,
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
import { Card, cardLink, Cards, CardsLoading } from "@/app/Cards";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useCan, useWorkspace } from "@/app/session";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { SearchInput } from "@/ui/input";
import { MenuItem, MenuSeparator } from "@/ui/menu";
import { EmptyState } from "@/ui/states";
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
  const workflows = usePages<Workflow>(workflowsKey(workspace.id), workflowsPath(workspace.id), {
    q,
    // The server takes an empty parameter for an absent one, a blank name for none.
    folder: folder === "" ? " " : folder,
  });
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
            <EmptyState
              title={q === "" ? t(folder === "" ? "workflows:folder.noneEmpty" : "workflows:folder.empty") : t("workflows:nothing", { text: q })}
            />
          )
        }
      >
        {(items) => (
          <Cards>
            {items.map((workflow) => (
              <WorkflowCard
                key={workflow.id}
                workflow={workflow}
                builder={builder}
                onAct={(act) => setActing({ workflow, act })}
              />
            ))}
          </Cards>
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
  const params = { workspaceId: workflow.workspace_id, workflowId: workflow.id };
  const movable = useOtherWorkspaces(workflow).length > 0;
  const runnable = builder || workflow.published_version !== null;
  return (
    <Card
      picture={<AgentIcon agent={workflow} />}
      title={
        <Link to="/w/$workspaceId/workflows/$workflowId" params={params} className={cardLink}>
          {workflow.name}
        </Link>
      }
      description={workflow.description}
      state={
        <>
          <PublishState workflow={workflow} />
          {workflow.mode === "chatflow" && <Badge>{t("workflows:mode.chatflow")}</Badge>}
        </>
      }
      updatedAt={workflow.updated_at}
      action={
        runnable && (
          <IconButton size="icon-sm" label={t("workflows:run.of", { name: workflow.name })} asChild>
            <Link to="/w/$workspaceId/workflows/$workflowId/run" params={params}>
              <Play />
            </Link>
          </IconButton>
        )
      }
      menu={
        builder
          ? {
              label: t("workflows:actions", { name: workflow.name }),
              items: (
                <>
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
                </>
              ),
            }
          : undefined
      }
    />
  );
}
