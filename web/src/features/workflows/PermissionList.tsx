import { useQueries, useQuery } from "@tanstack/react-query";
import { BookOpen, CodeXml, Database, Globe, ShieldCheck, Sparkles, Variable, Workflow, Wrench, type LucideIcon } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "@/api/types";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { Badge } from "@/ui/badge";
import { GROUPS, permissionsOf, touchesNothing, type Group, type Touch } from "./permissions";
import { workflowQuery } from "./queries";

const ICONS: Record<Group, LucideIcon> = {
  hosts: Globe,
  code: CodeXml,
  models: Sparkles,
  tools: Wrench,
  workflows: Workflow,
  databases: Database,
  knowledge: BookOpen,
  variables: Variable,
};

/** What the document may touch; each line leads to the nodes that do it. */
export function PermissionList({
  document,
  onNode,
}: {
  document: WorkflowDocument;
  onNode?: (id: string) => void;
}) {
  const { t } = useTranslation();
  const permissions = useMemo(() => permissionsOf(document), [document]);
  const nameOf = useNames(permissions.workflows, permissions.models.length > 0);
  if (touchesNothing(permissions))
    return (
      <p className="flex items-center gap-2 text-[13px] text-soft">
        <ShieldCheck aria-hidden="true" className="size-4 text-success-text" />
        {t("workflows:may.nothing")}
      </p>
    );
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line" data-permissions>
      {GROUPS.filter((group) => permissions[group].length > 0).map((group) => {
        const Icon = ICONS[group];
        return (
          <li key={group} data-may={group} className="flex items-start gap-2.5 px-3.5 py-2.5 text-[13px] leading-5">
            <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
            <div className="min-w-0 flex-1">
              <p className="font-medium">{t(`workflows:may.${group}`)}</p>
              <ul className="space-y-0.5 text-soft">
                {permissions[group].map((touch) => (
                  <li key={touch.name ?? ""} className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span className={touch.name === undefined ? "" : "font-mono text-xs break-all"}>
                      {nameOf(group, touch) ?? t(group === "models" ? "workflows:may.default" : "workflows:may.atRunTime")}
                    </span>
                    {touch.writes && <Badge tone="warning">{t("workflows:may.writes")}</Badge>}
                    {touch.nodes.map((id) => (
                      <NodeName key={id} title={document.nodes?.[id]?.title || id} onClick={onNode && (() => onNode(id))} />
                    ))}
                  </li>
                ))}
              </ul>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function NodeName({ title, onClick }: { title: string; onClick?: () => void }) {
  if (!onClick) return <span className="text-xs text-faint">{title}</span>;
  return (
    <button type="button" onClick={onClick} className="rounded text-xs text-accent-text hover:underline">
      {title}
    </button>
  );
}

/** What models and workflows are called; what cannot be seen keeps its id. */
function useNames(workflows: readonly Touch[], models: boolean): (group: Group, touch: Touch) => string | undefined {
  const workspace = useWorkspace();
  const named = useQuery({ ...modelsQuery(workspace.id), enabled: models }).data;
  const called = useQueries({
    queries: workflows
      .flatMap(({ name }) => (name === undefined ? [] : [name]))
      .map((id) => workflowQuery(id)),
  });
  return (group, { name }) => {
    if (group === "models") return named?.find(({ id }) => id === name)?.name ?? name;
    if (group === "workflows") return called.find(({ data }) => data?.id === name)?.data?.name ?? name;
    return name;
  };
}
