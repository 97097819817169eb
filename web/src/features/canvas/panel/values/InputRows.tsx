/** Named inputs, each with its type and where its value comes from. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ValueField, WorkflowNodeInput } from "@/api/types";
import { typeText } from "@/features/workflows/outline";
import { Button } from "@/ui/button";
import { usePanel } from "../context";
import { freshName } from "../node-inputs";
import { moved, pointer, replaced, without } from "../pointer";
import { FaultText } from "../parts/FaultText";
import { NameInput } from "../parts/NameInput";
import { RowMenu } from "../parts/RowMenu";
import { BindingEditor } from "./BindingEditor";
import { withValue } from "./binding";
import { TypeSelect } from "./TypeSelect";

interface Props {
  rows: readonly WorkflowNodeInput[];
  path: string;
  /** What the rows belong to, for those who hear. */
  title: string;
  onChange: (rows: WorkflowNodeInput[], key?: string) => void;
  /** Instead of a plain change: others name these inputs. */
  onRename?: (from: string, to: string) => void;
  /** Those that the kind declares: names and types are given, they cannot go. */
  declared?: readonly ValueField[];
  /** No more than those that are declared. */
  closed?: boolean;
  /** Expressions see the rows before theirs. */
  ordered?: boolean;
  only?: "lists";
  addLabel?: string;
  /** What a new one is called. */
  newName?: string;
  empty?: string;
  /** Where each row stands in the document, when only some are shown. */
  places?: readonly number[];
}

export function InputRows({
  rows,
  path,
  title,
  onChange,
  onRename,
  declared = [],
  closed = false,
  ordered = false,
  only,
  addLabel,
  newName = "input",
  empty,
  places,
}: Props) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const placeOf = (at: number) => pointer(path, places?.[at] ?? at);
  const missing = declared.filter(({ name }) => !rows.some((row) => row.name === name));
  const set = (at: number, next: WorkflowNodeInput, key: string) => onChange(replaced(rows, at, next), `${path} ${at} ${key}`);
  const add = () => {
    const name = freshName([...rows, ...declared].map((row) => row.name), newName);
    onChange([...rows, { name, type: only === "lists" ? { list: "any" } : "string" }]);
  };
  return (
    <div className="space-y-2.5">
      {rows.length + missing.length === 0 && empty && <p className="text-xs leading-5 text-faint">{empty}</p>}
      <ul className="space-y-2.5" aria-label={title}>
        {rows.map((row, at) => {
          const given = declared.find(({ name }) => name === row.name);
          return (
            <li key={at} className="space-y-1" data-path={placeOf(at)}>
              <div className="flex items-start gap-1">
                {given ? (
                  <Declared field={given} />
                ) : (
                  <>
                    <NameInput
                      aria-label={t("canvas-panel:inputs.name")}
                      readOnly={readonly}
                      value={row.name}
                      taken={[...rows.filter((one) => one !== row), ...declared].map(({ name }) => name)}
                      onCommit={(name) => (onRename ? onRename(row.name, name) : set(at, { ...row, name }, "name"))}
                      className="flex-1"
                    />
                    <TypeSelect
                      className="w-32 shrink-0"
                      only={only}
                      disabled={readonly}
                      value={row.type}
                      onChange={(type) => set(at, { ...row, type }, "type")}
                    />
                  </>
                )}
                {!readonly && (!given || rows.length > 1) && (
                  <RowMenu
                    name={row.name}
                    at={at}
                    count={rows.length}
                    onMove={(to) => onChange(moved(rows, at, to))}
                    onRemove={given ? undefined : () => onChange(without(rows, at))}
                  />
                )}
              </div>
              <BindingEditor
                name={row.name}
                path={`${placeOf(at)}/value`}
                type={row.type ?? given?.type}
                fixed={given !== undefined && given.type !== "any"}
                at={ordered ? (places?.[at] ?? at) : undefined}
                value={row.value}
                onChange={(value, type) => set(at, withValue(row, value, type), "value")}
              />
              <RowFault path={placeOf(at)} />
            </li>
          );
        })}
        {missing.map((field) => (
          <li key={field.name} className="space-y-1">
            <Declared field={field} />
            <BindingEditor
              name={field.name}
              path={pointer(path, rows.length, "value")}
              type={field.type}
              fixed={field.type !== "any"}
              value={undefined}
              onChange={(value) => {
                const row: WorkflowNodeInput = { name: field.name, ...(field.type ? { type: field.type } : {}) };
                onChange([...rows, withValue(row, value)]);
              }}
            />
          </li>
        ))}
      </ul>
      {!closed && !readonly && (
        <Button size="sm" onClick={add}>
          <Plus />
          {addLabel ?? t("canvas-panel:inputs.add")}
        </Button>
      )}
    </div>
  );
}

function Declared({ field }: { field: ValueField }) {
  const { t } = useTranslation();
  return (
    <span className="flex min-h-7 min-w-0 flex-1 items-baseline gap-1.5 pt-1 text-[13px]" title={field.description || undefined}>
      <span className="truncate font-mono">{field.name}</span>
      {field.required && (
        <span className="text-danger-text" title={t("common:field.required")}>
          *
        </span>
      )}
      <span className="shrink-0 font-mono text-xs text-faint">{typeText(field.type)}</span>
    </span>
  );
}

export function RowFault({ path }: { path: string }) {
  const { fault } = usePanel();
  return <FaultText fault={fault(path)} />;
}
