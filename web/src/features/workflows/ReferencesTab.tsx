import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot, Link2, Workflow as WorkflowIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Workflow, WorkflowReference } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/states";
import { workflowReferencesQuery } from "./queries";

/** Who calls this workflow. */
export function ReferencesTab({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const references = useQuery({ ...workflowReferencesQuery(workflow.id), staleTime: 0 });
  return (
    <QueryView query={references}>
      {(items) =>
        items.length === 0 ? (
          <EmptyState icon={<Link2 />} title={t("workflows:references.empty")}>
            {t("workflows:references.emptyHint")}
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
            {items.map((item) => (
              <li
                key={`${item.kind} ${item.id} ${item.version}`}
                className="flex flex-wrap items-center gap-2 px-3.5 py-2.5 text-[13px]"
              >
                <Caller workspaceId={workflow.workspace_id} item={item} />
                <span className="flex-1" />
                <Badge tone={item.version === null ? "warning" : "neutral"}>
                  {item.version ?? t("workflows:references.draft")}
                </Badge>
                {item.in_draft && <Badge>{t("workflows:references.inDraft")}</Badge>}
                {item.in_published && <Badge tone="success">{t("workflows:references.inPublished")}</Badge>}
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

function Caller({ workspaceId, item }: { workspaceId: string; item: WorkflowReference }) {
  const look = "flex min-w-0 items-center gap-2 font-medium hover:underline";
  if (item.kind === "agent")
    return (
      <Link
        to="/w/$workspaceId/agents/$agentId"
        params={{ workspaceId, agentId: item.id }}
        className={look}
      >
        <Bot aria-hidden="true" className="size-4 shrink-0 text-faint" />
        {item.name}
      </Link>
    );
  return (
    <Link
      to="/w/$workspaceId/workflows/$workflowId"
      params={{ workspaceId, workflowId: item.id }}
      className={look}
    >
      <WorkflowIcon aria-hidden="true" className="size-4 shrink-0 text-faint" />
      {item.name}
    </Link>
  );
}
