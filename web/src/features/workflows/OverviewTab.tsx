/** The draft at a glance: what is wrong with it, and its nodes in the order they run. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueField, Workflow, WorkflowDocument, WorkflowNodeInput } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useCan } from "@/app/session";
import { JsonView } from "@/features/runs/JsonView";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { cn } from "@/ui/cn";
import { EmptyState } from "@/ui/states";
import { Findings } from "./Findings";
import { NodeIcon, useKindName } from "./node-kinds";
import { bindingText, outline, typeText, type OutlineItem } from "./outline";
import { workflowDraftQuery } from "./queries";

/** Rows drawn at first; a document may have thousands. */
const FIRST = 200;

export function OverviewTab({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const draft = useQuery(workflowDraftQuery(workflow.id));
  return (
    <QueryView query={draft}>
      {({ document, findings }) => {
        const shape = document as WorkflowDocument;
        const titleOf = (id: string) => shape.nodes?.[id]?.title || id;
        return (
          <div className="space-y-7">
            {findings.length > 0 && (
              <Section title={t("workflows:findings.title", { count: findings.length })}>
                <Findings findings={findings} titleOf={titleOf} />
              </Section>
            )}
            <Section title={t("workflows:outline.title")} description={t("workflows:outline.hint")}>
              <Outline workflow={workflow} document={shape} titleOf={titleOf} />
            </Section>
          </div>
        );
      }}
    </QueryView>
  );
}

function Outline({
  workflow,
  document,
  titleOf,
}: {
  workflow: Workflow;
  document: WorkflowDocument;
  titleOf: (id: string) => string;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(FIRST);
  const items = outline(document);
  if (items.length === 0) return <EmptyState title={t("workflows:outline.empty")} />;
  return (
    <>
      <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line" data-outline>
        {items.slice(0, shown).map((item) => (
          <NodeRow key={item.id} item={item} workflow={workflow} titleOf={titleOf} />
        ))}
      </ol>
      {items.length > shown && (
        <Button onClick={() => setShown(shown + 500)}>{t("common:action.loadMore")}</Button>
      )}
    </>
  );
}

function NodeRow({
  item: { id, node, depth },
  workflow,
  titleOf,
}: {
  item: OutlineItem;
  workflow: Workflow;
  titleOf: (id: string) => string;
}) {
  const { t } = useTranslation();
  const builder = useCan("builder");
  const kindName = useKindName();
  const [open, setOpen] = useState(false);
  const tryable = builder && !["start", "end", "comment", "break", "continue"].includes(node.kind);
  return (
    <li data-node={id}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        style={{ paddingLeft: `${14 + Math.min(depth, 12) * 22}px` }}
        className="flex w-full items-center gap-3 py-2.5 pr-3.5 text-left transition-colors hover:bg-hover/60"
      >
        <ChevronRight
          aria-hidden="true"
          className={cn("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")}
        />
        <NodeIcon kind={node.kind} className="size-4 shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{node.title || id}</span>
        {node.batch && <Badge>{t("workflows:outline.batch")}</Badge>}
        <Badge>{kindName(node.kind)}</Badge>
      </button>
      {open && (
        <div className="space-y-3.5 border-t border-line bg-canvas px-4 py-3.5">
          <p className="font-mono text-xs text-faint">
            {id} · {node.kind} · v{node.version}
          </p>
          {node.description && <p className="text-[13px] text-soft">{node.description}</p>}
          <Inputs inputs={node.inputs ?? []} titleOf={titleOf} />
          <Outputs outputs={node.outputs ?? []} />
          {Object.keys(node.params ?? {}).length > 0 && (
            <div>
              <p className="mb-1 text-xs text-faint">{t("workflows:outline.params")}</p>
              <JsonView value={node.params} />
            </div>
          )}
          {tryable && (
            <Button asChild size="sm">
              <Link
                to="/w/$workspaceId/workflows/$workflowId/run"
                params={{ workspaceId: workflow.workspace_id, workflowId: workflow.id }}
                search={{ node: id }}
              >
                <Play />
                {t("workflows:run.node")}
              </Link>
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

const cell = "py-1 pr-4 align-top font-mono text-xs";

function Inputs({
  inputs,
  titleOf,
}: {
  inputs: readonly WorkflowNodeInput[];
  titleOf: (id: string) => string;
}) {
  const { t } = useTranslation();
  if (inputs.length === 0) return null;
  return (
    <div className="overflow-x-auto">
      <p className="text-xs text-faint">{t("workflows:outline.inputs")}</p>
      <table>
        <tbody>
          {inputs.map(({ name, type, value }) => (
            <tr key={name}>
              <td className={cell}>{name}</td>
              <td className={cn(cell, "text-faint")}>{typeText(type)}</td>
              <td className={cn(cell, "break-words text-soft")}>
                {bindingText(value, titleOf) ?? t("workflows:outline.unset")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Outputs({ outputs }: { outputs: readonly ValueField[] }) {
  const { t } = useTranslation();
  if (outputs.length === 0) return null;
  return (
    <div className="overflow-x-auto">
      <p className="text-xs text-faint">{t("workflows:outline.outputs")}</p>
      <table>
        <tbody>
          {outputs.map(({ name, type, required, description }) => (
            <tr key={name}>
              <td className={cell}>
                {name}
                {required && <span className="text-danger-text"> *</span>}
              </td>
              <td className={cn(cell, "text-faint")}>{typeText(type)}</td>
              <td className={cn(cell, "font-sans break-words text-soft")}>{description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
