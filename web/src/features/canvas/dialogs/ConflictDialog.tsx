import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "@/api/types";
import { useFormat } from "@/app/format";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { FIELDS, part, type NodeField } from "@/graph/canonical";
import type { NodeConflict } from "@/graph/merge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useEditor, useEditorStore } from "../store";

type Side = "mine" | "theirs";
const SIDES: readonly Side[] = ["mine", "theirs"];

/** Nodes that two people changed in the same part: what each made of them, and whose stays. */
export function ConflictDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const editor = useEditorStore();
  const conflict = useEditor((state) => state.save.conflict);
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const [busy, setBusy] = useState(false);
  if (!conflict) return null;
  const { conflicts } = conflict.merge;
  const who = conflict.theirs.updated_by_name || t("workflows:draft.somebody");
  const all = (side: Side) => setChoices(Object.fromEntries(conflicts.map(({ node }) => [node, side])));
  const open = conflicts.filter(({ node }) => choices[node] === undefined).length;
  const finish = async () => {
    setBusy(true);
    await editor.getState().resolve(choices);
    setBusy(false);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("canvas:conflict.title")}
      description={t("canvas:conflict.about", { who, when: format.dateTime(conflict.theirs.updated_at) })}
      closeLabel={t("common:action.close")}
      className="max-w-3xl"
      footer={
        <>
          <Button onClick={() => all("mine")}>{t("canvas:conflict.allMine")}</Button>
          <Button onClick={() => all("theirs")}>{t("canvas:conflict.allTheirs", { who })}</Button>
          <Button variant="primary" busy={busy} disabled={open > 0} onClick={() => void finish()}>
            {open > 0 ? t("canvas:conflict.left", { count: open }) : t("canvas:conflict.done")}
          </Button>
        </>
      }
    >
      <ul className="space-y-3">
        {conflicts.map((one) => (
          <li key={one.node} data-conflict={one.node} className="overflow-hidden rounded-lg border border-line">
            <Head conflict={one} />
            <div className="grid divide-line max-sm:divide-y sm:grid-cols-2 sm:divide-x">
              {SIDES.map((side) => (
                <label
                  key={side}
                  className={`flex min-w-0 cursor-pointer items-start gap-2 p-3 text-[13px] ${choices[one.node] === side ? "bg-accent-soft/60" : ""}`}
                >
                  <input
                    type="radio"
                    name={one.node}
                    className="mt-1 accent-(--accent)"
                    checked={choices[one.node] === side}
                    onChange={() => setChoices((before) => ({ ...before, [one.node]: side }))}
                  />
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium">{side === "mine" ? t("canvas:conflict.mine") : who}</span>
                    <Version conflict={one} node={one[side]} />
                  </span>
                </label>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Head({ conflict: { mine, theirs, node } }: { conflict: NodeConflict }) {
  const any = mine ?? theirs;
  return (
    <div className="flex items-center gap-2 border-b border-line bg-sunken px-3 py-1.5 text-[13px] font-medium">
      <NodeIcon kind={any?.kind ?? ""} className="size-4 text-faint" />
      <span className="truncate">{any?.title || node}</span>
    </div>
  );
}

/** One side's version of the parts in question. */
function Version({ conflict, node }: { conflict: NodeConflict; node: WorkflowNode | undefined }) {
  const { t } = useTranslation();
  if (!node) return <span className="text-danger-text">{t("canvas:conflict.removed")}</span>;
  const fields: readonly NodeField[] = conflict.fields.length > 0 ? conflict.fields : FIELDS.filter((field) => ["title", "params"].includes(field));
  return fields.map((field) => (
    <span key={field} className="mt-1 block">
      <span className="block text-xs text-faint">{t(`canvas:field.${field}`)}</span>
      <code className="block max-h-32 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
        {text(part(node, field))}
      </code>
    </span>
  ));
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 1) ?? "");
