/** What changed between two versions, or between a version and the draft. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Id, WorkflowDiff } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { prettyJson } from "@/features/runs/JsonView";
import { Badge } from "@/ui/badge";
import { cn } from "@/ui/cn";
import { Notice } from "@/ui/states";
import { NodeIcon } from "./node-kinds";
import { workflowDiffQuery } from "./queries";

type Change = WorkflowDiff["document"][number];

export const isSame = (diff: WorkflowDiff): boolean =>
  [diff.document, diff.added, diff.removed, diff.changed, diff.edges_added, diff.edges_removed].every(
    ({ length }) => length === 0,
  );

/** In one line. */
export function DiffSummary({ workflowId, from, to }: { workflowId: Id; from: string; to: string }) {
  const { t } = useTranslation();
  const diff = useQuery(workflowDiffQuery(workflowId, from, to)).data;
  if (!diff) return null;
  const parts: [number, string][] = [
    [diff.added.length, "added"],
    [diff.removed.length, "removed"],
    [diff.changed.filter(({ view_only }) => !view_only).length, "changed"],
    [diff.edges_added.length + diff.edges_removed.length, "edges"],
  ];
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-[13px] text-soft">
      {t("workflows:diff.since", { version: from })}
      {isSame(diff) ? (
        <Badge>{t("workflows:diff.same")}</Badge>
      ) : (
        parts
          .filter(([count]) => count > 0)
          .map(([count, what]) => <Badge key={what}>{t(`workflows:diff.count.${what}`, { count })}</Badge>)
      )}
    </p>
  );
}

export function DiffView({ workflowId, from, to }: { workflowId: Id; from: string; to: string }) {
  const diff = useQuery(workflowDiffQuery(workflowId, from, to));
  return <QueryView query={diff}>{(data) => <Diff diff={data} />}</QueryView>;
}

function Diff({ diff }: { diff: WorkflowDiff }) {
  const { t } = useTranslation();
  if (isSame(diff)) return <p className="text-[13px] text-soft">{t("workflows:diff.same")}</p>;
  return (
    <div className="space-y-4" data-diff>
      {diff.truncated && <Notice tone="warning">{t("workflows:diff.truncated")}</Notice>}
      {diff.document.length > 0 && <Changes changes={diff.document} />}
      <ul className="space-y-3">
        {diff.added.map((node) => (
          <NodeLine key={node.id} node={node} tone="success" state={t("workflows:diff.added")} />
        ))}
        {diff.removed.map((node) => (
          <NodeLine key={node.id} node={node} tone="danger" state={t("workflows:diff.removed")} />
        ))}
        {diff.changed.map((node) => (
          <li key={node.id} className="space-y-1.5">
            <NodeName
              node={node}
              tone={node.view_only ? "neutral" : "warning"}
              state={node.view_only ? t("workflows:diff.moved") : t("workflows:diff.changed")}
            />
            {!node.view_only && <Changes changes={node.changes} />}
          </li>
        ))}
      </ul>
      {diff.edges_added.length + diff.edges_removed.length > 0 && (
        <div className="space-y-1">
          <p className="text-xs text-faint">{t("workflows:diff.edges")}</p>
          <ul className="font-mono text-xs leading-5">
            {diff.edges_added.map((edge) => (
              <EdgeLine key={JSON.stringify(edge)} edge={edge} sign="+" />
            ))}
            {diff.edges_removed.map((edge) => (
              <EdgeLine key={JSON.stringify(edge)} edge={edge} sign="−" />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

type Tone = "success" | "danger" | "warning" | "neutral";
interface Named {
  id: string;
  kind: string;
  title: string;
}

function NodeName({ node, tone, state }: { node: Named; tone: Tone; state: string }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-[13px]">
      <NodeIcon kind={node.kind} className="size-4 text-faint" />
      <span className="font-medium">{node.title || node.id}</span>
      <span className="font-mono text-xs text-faint">{node.id}</span>
      <Badge tone={tone}>{state}</Badge>
    </p>
  );
}

function NodeLine(props: { node: Named; tone: Tone; state: string }) {
  return (
    <li>
      <NodeName {...props} />
    </li>
  );
}

function EdgeLine({ edge, sign }: { edge: WorkflowDiff["edges_added"][number]; sign: "+" | "−" }) {
  return (
    <li className={sign === "+" ? "text-success-text" : "text-danger-text"}>
      {sign} {edge.from}
      {edge.port && edge.port !== "out" ? ` (${edge.port})` : ""} → {edge.to}
    </li>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
      {changes.map((change) => (
        <li key={change.path} className="space-y-1 px-3 py-2">
          <p className="font-mono text-xs break-all text-faint">{change.path}</p>
          <Value sign="−" value={change.before} />
          <Value sign="+" value={change.after} />
        </li>
      ))}
    </ul>
  );
}

function Value({ sign, value }: { sign: "+" | "−"; value: unknown }) {
  if (value === undefined) return null;
  return (
    <pre
      className={cn(
        "max-h-48 overflow-auto rounded px-2 py-1 font-mono text-xs leading-5 break-words whitespace-pre-wrap",
        sign === "+" ? "bg-success-soft text-success-text" : "bg-danger-soft text-danger-text",
      )}
    >
      {sign} {prettyJson(value)}
    </pre>
  );
}
