/** Workflows among an agent's tools: which, and in which version. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentTool, Id, Workflow } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import {
  listWorkflows,
  workflowQuery,
  workflowsKey,
  workflowVersionChoicesQuery,
} from "@/features/workflows/queries";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Input, NativeSelect } from "@/ui/input";
import { Spinner } from "@/ui/spinner";

type WorkflowTool = Extract<AgentTool, { kind: "workflow" }>;

/** Workflows that are found at once. */
const FOUND = 50;

export function WorkflowRow({
  tool,
  workspaceId,
  onChange,
  onRemove,
}: {
  tool: WorkflowTool;
  workspaceId: Id;
  onChange: (tool: WorkflowTool) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const versionId = useId();
  const workflow = useQuery({ ...workflowQuery(tool.workflow), meta: { inline: true } });
  const versions = useQuery(workflowVersionChoicesQuery(tool.workflow));
  const name = workflow.data?.name ?? tool.workflow;
  const numbers = versions.data?.map(({ version }) => version) ?? [];
  const known = tool.version === undefined || numbers.includes(tool.version);
  return (
    <li className="rounded-lg border border-line px-3 py-2" data-tool={tool.workflow}>
      <div className="flex items-center gap-2">
        <Link
          to="/w/$workspaceId/workflows/$workflowId"
          params={{ workspaceId, workflowId: tool.workflow }}
          className="min-w-0 flex-1 truncate text-[13px] font-medium hover:underline"
        >
          {name}
        </Link>
        <Badge>{t("agents:tools.workflowBadge")}</Badge>
        <IconButton size="icon-sm" className="-mr-1.5" label={t("agents:tools.remove", { name })} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      <p className="line-clamp-2 text-xs leading-5 text-faint">{workflow.data?.description}</p>
      <div className="mt-1.5 flex items-center justify-between gap-2 text-xs text-soft">
        <label htmlFor={versionId}>{t("agents:tools.version")}</label>
        <NativeSelect
          id={versionId}
          className="h-7 w-auto text-xs"
          value={tool.version ?? ""}
          onChange={(event) =>
            onChange({
              kind: "workflow",
              workflow: tool.workflow,
              ...(event.target.value && { version: event.target.value }),
            })
          }
        >
          <option value="">{t("agents:tools.latest")}</option>
          {!known && <option value={tool.version}>{tool.version}</option>}
          {numbers.map((version) => (
            <option key={version} value={version}>
              {version}
            </option>
          ))}
        </NativeSelect>
      </div>
    </li>
  );
}

export function WorkflowDialog({
  workspaceId,
  taken,
  onClose,
  onChoose,
}: {
  workspaceId: Id;
  taken: readonly Id[];
  onClose: () => void;
  onChoose: (workflow: Id) => void;
}) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const found = useQuery({
    queryKey: [...workflowsKey(workspaceId), "find", words],
    queryFn: ({ signal }) => listWorkflows(workspaceId, words, FOUND, signal),
    placeholderData: (before) => before,
  });
  const free = found.data?.filter(({ id }) => !taken.includes(id)) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("agents:tools.chooseWorkflow")}
      closeLabel={t("common:action.close")}
    >
      <div className="space-y-3">
        <Input
          type="search"
          autoFocus
          aria-label={t("agents:tools.findWorkflow")}
          placeholder={t("agents:tools.findWorkflow")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        {found.isError && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && <Spinner className="size-4" />}
        {found.isSuccess && free.length === 0 && (
          <p className="text-[13px] text-faint">{t("agents:tools.noWorkflow")}</p>
        )}
        <ul className="max-h-80 space-y-1 overflow-y-auto">
          {free.map((workflow) => (
            <li key={workflow.id}>
              <Choice workflow={workflow} onChoose={() => onChoose(workflow.id)} />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function Choice({ workflow, onChoose }: { workflow: Workflow; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={onChoose}
      className="w-full rounded-md px-2.5 py-1.5 text-left transition-colors hover:bg-hover/60"
      data-workflow={workflow.id}
    >
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{workflow.name}</span>
        {workflow.published_version === null ? (
          <Badge>{t("agents:tools.unpublished")}</Badge>
        ) : (
          <span className="text-xs text-faint tabular-nums">{workflow.published_version}</span>
        )}
      </span>
      <span className="line-clamp-2 text-xs leading-5 text-faint">{workflow.description}</span>
    </button>
  );
}
