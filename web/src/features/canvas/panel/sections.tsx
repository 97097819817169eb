/** The parts that most panels have: inputs, outputs, runs for each element, what follows a failure. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ValueField, WorkflowNodeInput } from "@/api/types";
import { typeText } from "@/features/workflows/outline";
import { authorDeclares, declaredBy } from "@/graph/kinds";
import { outputsOf } from "@/graph/references";
import { renameInput, renameList, renameOutput } from "@/graph/rename";
import { Button } from "@/ui/button";
import { Switch } from "@/ui/choice";
import { toast } from "@/ui/toast";
import { usePanel } from "./context";
import { Fold } from "./parts/Fold";
import { NumberInput } from "./parts/NumberInput";
import { PanelField } from "./parts/PanelField";
import { referencesTo } from "./refs/count";
import { FieldRows } from "./values/FieldRows";
import { InputRows } from "./values/InputRows";

/** Renames an output and says how many references were changed. */
export function useRenameOutput(): (from: string, to: string) => void {
  const { t } = useTranslation();
  const { id, document, editDocument } = usePanel();
  return (from, to) => {
    const count = referencesTo(document, id, from);
    editDocument((before) => renameOutput(before, id, from, to));
    if (count > 0) toast({ title: t("canvas-panel:outputs.renamed", { count, from, to }), tone: "success" });
  };
}

/** The node's inputs, by its kind and by whoever builds the workflow. */
export function InputsFold({
  title,
  hint,
  hidden = [],
  only,
  newName,
}: {
  title?: string;
  hint?: string;
  /** Names that are shown elsewhere. */
  hidden?: readonly string[];
  only?: "lists";
  newName?: string;
}) {
  const { t } = useTranslation();
  const { id, node, spec, edit, editDocument } = usePanel();
  const open = authorDeclares(spec?.inputs);
  const declared = declaredBy(spec?.inputs).filter(({ name }) => !hidden.includes(name));
  const all = node.inputs ?? [];
  const shown = all.filter(({ name }) => !hidden.includes(name));
  if (!open && declared.length === 0 && shown.length === 0) return null;
  return (
    <Fold title={title ?? t("canvas-panel:inputs.title")} note={shown.length || undefined} places={["/inputs"]}>
      {hint && <p className="text-xs leading-5 text-faint">{hint}</p>}
      <InputRows
        rows={shown}
        places={shown.map((row) => all.indexOf(row))}
        path="/inputs"
        title={title ?? t("canvas-panel:inputs.title")}
        declared={declared}
        closed={!open}
        ordered
        only={only}
        newName={newName}
        empty={t("canvas-panel:inputs.empty")}
        onRename={(from, to) => editDocument((before) => renameInput(before, id, from, to))}
        onChange={(rows, key) =>
          edit((current) => ({ ...current, inputs: [...rows, ...(current.inputs ?? []).filter(({ name }) => hidden.includes(name))] }), key)
        }
      />
    </Fold>
  );
}

/** What the node gives. */
export function OutputsFold({
  asked,
  title,
  newName,
  addLabel,
  suggested = [],
}: {
  asked?: boolean;
  title?: string;
  newName?: string;
  addLabel?: string;
  /** What the kind can give and is not declared yet. */
  suggested?: readonly ValueField[];
}) {
  const { t } = useTranslation();
  const { id, node, spec, document, kinds, readonly, edit } = usePanel();
  const rename = useRenameOutput();
  const open = authorDeclares(spec?.outputs);
  const declared = declaredBy(spec?.outputs);
  const own = node.outputs ?? [];
  // What the engine adds: after failures, of batches.
  const given = outputsOf(document, kinds, id).filter(
    ({ name }) => node.batch || !own.some((field) => field.name === name),
  );
  const missing = suggested.filter(({ name }) => !own.some((field) => field.name === name));
  if (!open && given.length === 0) return null;
  return (
    <Fold title={title ?? t("canvas-panel:outputs.title")} note={own.length + given.length || undefined} places={["/outputs"]}>
      {given.length > 0 && (
        <Given
          fields={given}
          declared={declared}
          onDeclare={
            open ? (field) => edit((current) => ({ ...current, outputs: [...(current.outputs ?? []), field] })) : undefined
          }
        />
      )}
      {open && missing.length > 0 && !readonly && (
        <div className="flex flex-wrap gap-1.5" role="group" aria-label={t("canvas-panel:outputs.suggested")}>
          {missing.map((field) => (
            <Button
              key={field.name}
              size="sm"
              className="font-mono"
              onClick={() => edit((current) => ({ ...current, outputs: [...(current.outputs ?? []), field] }))}
            >
              <Plus />
              {field.name}
            </Button>
          ))}
        </div>
      )}
      {open && (
        <FieldRows
          fields={own}
          path="/outputs"
          title={title ?? t("canvas-panel:outputs.title")}
          asked={asked}
          newName={newName}
          addLabel={addLabel}
          fixed={declared.map(({ name }) => name)}
          empty={given.length === 0 ? t("canvas-panel:outputs.empty") : undefined}
          onRename={rename}
          onChange={(outputs, key) => edit((current) => ({ ...current, outputs }), key)}
        />
      )}
    </Fold>
  );
}

/** Outputs that are there without being declared. Those of any type can be given one. */
function Given({
  fields,
  declared,
  onDeclare,
}: {
  fields: readonly ValueField[];
  declared: readonly ValueField[];
  onDeclare: ((field: ValueField) => void) | undefined;
}) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const vague = (field: ValueField) => typeText(field.type).includes("any") && declared.some(({ name }) => name === field.name);
  return (
    <ul className="space-y-1" aria-label={t("canvas-panel:outputs.given")}>
      {fields.map((field) => (
        <li key={field.name} className="flex items-baseline gap-2 text-[13px]" title={field.description || undefined}>
          <span className="min-w-0 truncate font-mono">{field.name}</span>
          <span className="min-w-0 flex-1 truncate font-mono text-xs text-faint">{typeText(field.type)}</span>
          {onDeclare && vague(field) && !readonly && (
            <button
              type="button"
              className="shrink-0 rounded text-xs text-accent-text hover:underline"
              onClick={() => onDeclare({ name: field.name, type: field.type ?? "any" })}
            >
              {t("canvas-panel:outputs.giveType")}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Runs once for each element of lists. */
export function BatchFold() {
  const { t } = useTranslation();
  const { id, node, spec, readonly, edit, editDocument } = usePanel();
  if (!spec?.batchable && !node.batch) return null;
  const { batch } = node;
  const lists = (batch?.lists ?? []) as WorkflowNodeInput[];
  type Batch = NonNullable<typeof batch>;
  const set = (part: Partial<Batch>, key: string) =>
    edit((current) => (current.batch ? { ...current, batch: { ...current.batch, ...part } } : current), `batch ${key}`);
  const turn = (on: boolean) =>
    edit((current) => {
      const { batch: _, ...rest } = current;
      return on ? { ...rest, batch: { lists: [{ name: "item", type: { list: "any" } }] as Batch["lists"], size: 0, concurrency: 0 } } : rest;
    });
  return (
    <Fold title={t("canvas-panel:batch.title")} open={batch !== undefined && batch !== null} places={["/batch"]} note={batch ? t("canvas-panel:batch.on") : undefined}>
      <div className="flex items-start justify-between gap-3 text-[13px]">
        <label htmlFor={`batch-${id}`} className="text-soft">
          {t("canvas-panel:batch.hint")}
        </label>
        <Switch id={`batch-${id}`} disabled={readonly} checked={Boolean(batch)} onCheckedChange={turn} />
      </div>
      {batch && (
        <>
          <InputRows
            rows={lists}
            path="/batch/lists"
            title={t("canvas-panel:batch.lists")}
            only="lists"
            newName="item"
            addLabel={t("canvas-panel:batch.add")}
            onRename={(from, to) => editDocument((before) => renameList(before, id, from, to))}
            onChange={(rows, key) => set({ lists: rows as Batch["lists"] }, key ?? "lists")}
          />
          <div className="grid grid-cols-2 gap-3">
            <PanelField path="/batch/size" label={t("canvas-panel:batch.size")}>
              <NumberInput disabled={readonly} integer min={0} placeholder="100" value={batch.size || undefined} onChange={(size) => set({ size: size ?? 0 }, "size")} />
            </PanelField>
            <PanelField path="/batch/concurrency" label={t("canvas-panel:batch.concurrency")}>
              <NumberInput
                disabled={readonly}
                integer
                min={0}
                placeholder="10"
                value={batch.concurrency || undefined}
                onChange={(concurrency) => set({ concurrency: concurrency ?? 0 }, "concurrency")}
              />
            </PanelField>
          </div>
        </>
      )}
    </Fold>
  );
}
