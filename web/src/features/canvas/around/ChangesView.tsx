/** What differs between two documents: on a canvas, and node by node side by side. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { prettyJson } from "@/features/runs/JsonView";
import { NodeIcon } from "@/features/workflows/node-kinds";
import type { WorkflowDocument } from "@/api/types";
import { Badge } from "@/ui/badge";
import { cn } from "@/ui/cn";
import { EmptyState } from "@/ui/states";
import type { Kinds } from "@/graph/kinds";
import { changesOf, countsOf, isUnchanged, stateOf, type Changes, type FieldChange, type NodeChanges } from "./changes";
import { GraphView, TONES } from "./GraphView";

export function ChangesView({
  before,
  after,
  kinds,
  sides,
}: {
  before: WorkflowDocument;
  after: WorkflowDocument;
  kinds: Kinds;
  /** What the two are called. */
  sides: readonly [before: string, after: string];
}) {
  const { t } = useTranslation();
  const changes = useMemo(() => changesOf(before, after), [before, after]);
  const states = useMemo(() => stateOf(changes), [changes]);
  const [selected, setSelected] = useState<string>();
  const shown = selected !== undefined && changes.document.nodes?.[selected] ? selected : undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row" data-changes={changes.nodes.length}>
      <div className="relative min-h-64 min-w-0 flex-1 bg-canvas">
        <GraphView document={changes.document} kinds={kinds} states={states} edges={changes.edges} selected={shown} onSelect={setSelected} />
      </div>
      <div className="min-h-0 w-full overflow-y-auto border-line p-3 max-md:max-h-72 max-md:border-t md:w-96 md:border-l">
        {isUnchanged(changes) ? (
          <EmptyState title={t("workflows:diff.same")} />
        ) : (
          <>
            <Counts changes={changes} />
            {changes.whole.length > 0 && (
              <div className="mt-3">
                <Fields fields={changes.whole} sides={sides} />
              </div>
            )}
            <ul className="mt-3 space-y-1.5">
              {changes.nodes.map((node) => (
                <NodeRow key={node.id} node={node} sides={sides} open={shown === node.id} onOpen={() => setSelected(shown === node.id ? undefined : node.id)} />
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

/** In one line: how many of what. */
export function Counts({ changes }: { changes: Changes }) {
  const { t } = useTranslation();
  return (
    <p className="flex flex-wrap gap-1.5">
      {countsOf(changes).map(({ state, count }) => (
        <Badge key={state} tone={state === "edges" ? "neutral" : TONES[state]}>
          {t(`workflows:diff.count.${state}`, { count })}
        </Badge>
      ))}
    </p>
  );
}

function NodeRow({
  node,
  sides,
  open,
  onOpen,
}: {
  node: NodeChanges;
  sides: readonly [string, string];
  open: boolean;
  onOpen: () => void;
}) {
  const { t } = useTranslation();
  return (
    <li className={cn("overflow-hidden rounded-lg border", open ? "border-accent" : "border-line")}>
      <button
        type="button"
        aria-expanded={open}
        onClick={onOpen}
        data-changed={node.id}
        className="flex w-full items-center gap-2 px-2.5 py-2 text-left text-[13px] hover:bg-hover/60"
      >
        <NodeIcon kind={node.kind} className="size-4 shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate font-medium">{node.title}</span>
        <Badge tone={TONES[node.state]}>{t(`workflows:diff.${node.state}`)}</Badge>
      </button>
      {open && node.fields.length > 0 && <Fields fields={node.fields} sides={sides} />}
    </li>
  );
}

function Fields({ fields, sides }: { fields: readonly FieldChange[]; sides: readonly [string, string] }) {
  return (
    <ul className="divide-y divide-line border-t border-line">
      {fields.map(({ path, before, after }) => (
        <li key={path} className="px-2.5 py-2">
          <p className="mb-1 font-mono text-xs break-all text-faint">{path}</p>
          <div className="grid grid-cols-2 gap-1.5">
            <Value value={before} side={sides[0]} look="bg-danger-soft text-danger-text" />
            <Value value={after} side={sides[1]} look="bg-success-soft text-success-text" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Value({ value, side, look }: { value: unknown; side: string; look: string }) {
  return (
    <div className="min-w-0">
      <p className="truncate text-[11px] text-faint">{side}</p>
      <pre
        className={cn(
          "max-h-56 overflow-auto rounded px-1.5 py-1 font-mono text-xs leading-5 break-words whitespace-pre-wrap",
          value === undefined ? "text-faint" : look,
        )}
      >
        {value === undefined ? "—" : typeof value === "string" ? value : prettyJson(value)}
      </pre>
    </div>
  );
}
