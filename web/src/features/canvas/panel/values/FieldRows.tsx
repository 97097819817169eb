/** Declared values with their types; objects have fields of their own. */
import type { ReactNode } from "react";
import { ChevronRight, CornerDownRight, Plus } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueField } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import { Switch } from "@/ui/choice";
import { cn } from "@/ui/cn";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { usePanel } from "../context";
import { freshName } from "../node-inputs";
import { NameInput } from "../parts/NameInput";
import { RowMenu } from "../parts/RowMenu";
import { moved, pointer, replaced, without } from "../pointer";
import { RowFault } from "./InputRows";
import { LiteralEditor } from "./LiteralEditor";
import { fieldsInside, withFields } from "./types";
import { TypeSelect } from "./TypeSelect";

interface Props {
  fields: readonly ValueField[];
  path: string;
  title: string;
  onChange: (fields: ValueField[], key?: string) => void;
  /** Others refer to the field: `keys` lead to it from the top. */
  onRename?: (from: string, to: string) => void;
  /** Whether "must be given" and a default make sense: fields that people or models fill. */
  asked?: boolean;
  /** Names that cannot be changed. */
  fixed?: readonly string[];
  newName?: string;
  addLabel?: string;
  empty?: string;
  depth?: number;
}

const DEPTH = 8;

export function FieldRows({
  fields,
  path,
  title,
  onChange,
  onRename,
  asked = false,
  fixed = [],
  newName = "output",
  addLabel,
  empty,
  depth = 0,
}: Props) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const set = (at: number, next: ValueField, key: string) => onChange(replaced(fields, at, next), `${path} ${at} ${key}`);
  const add = () => {
    const name = freshName(fields.map((field) => field.name), newName);
    onChange([...fields, { name, type: "string" }]);
  };
  return (
    <div className="space-y-2">
      {fields.length === 0 && empty && <p className="text-xs leading-5 text-faint">{empty}</p>}
      <ul className="space-y-2" aria-label={title}>
        {fields.map((field, at) => (
          <Row
            key={at}
            field={field}
            path={pointer(path, at)}
            asked={asked}
            locked={fixed.includes(field.name)}
            taken={fields.filter((one) => one !== field).map(({ name }) => name)}
            depth={depth}
            menu={
              readonly ? null : (
                <RowMenu
                  name={field.name}
                  at={at}
                  count={fields.length}
                  onMove={(to) => onChange(moved(fields, at, to))}
                  onRemove={fixed.includes(field.name) ? undefined : () => onChange(without(fields, at))}
                />
              )
            }
            onChange={(next, key) => set(at, next, key)}
            onRename={(name) => (onRename ? onRename(field.name, name) : set(at, { ...field, name }, "name"))}
          />
        ))}
      </ul>
      {!readonly && (
        <Button size="sm" variant={depth > 0 ? "ghost" : "secondary"} onClick={add}>
          <Plus />
          {addLabel ?? t(depth > 0 ? "canvas-panel:outputs.addField" : "canvas-panel:outputs.add")}
        </Button>
      )}
    </div>
  );
}

function Row({
  field,
  path,
  asked,
  locked,
  taken,
  depth,
  menu,
  onChange,
  onRename,
}: {
  field: ValueField;
  path: string;
  asked: boolean;
  locked: boolean;
  taken: readonly string[];
  depth: number;
  menu: ReactNode;
  onChange: (field: ValueField, key: string) => void;
  onRename: (name: string) => void;
}) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const [open, setOpen] = useState(false);
  const id = useId();
  const inner = fieldsInside(field.type);
  return (
    <li className="space-y-1.5" data-path={path}>
      <div className="flex items-start gap-1">
        <IconButton
          size="icon-sm"
          className="mt-0.5 -ml-1 w-5"
          label={t("canvas-panel:outputs.more", { name: field.name })}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight className={cn("!size-3.5 transition-transform", open && "rotate-90")} />
        </IconButton>
        <NameInput
          aria-label={t("canvas-panel:outputs.name")}
          readOnly={readonly || locked}
          value={field.name}
          taken={taken}
          onCommit={onRename}
          className="flex-1"
        />
        {asked && field.required && (
          <span className="text-danger-text" title={t("common:field.required")}>
            *
          </span>
        )}
        <TypeSelect
          className="w-32 shrink-0"
          disabled={readonly}
          value={field.type}
          onChange={(type) => {
            // A default of another type would be wrong.
            const { default: _, ...rest } = field;
            onChange({ ...rest, type }, "type");
          }}
        />
        {menu}
      </div>
      <RowFault path={path} />
      {open && (
        <div id={id} className="space-y-2.5 rounded-md border border-line bg-sunken/50 p-2.5">
          <Field label={t("canvas-panel:outputs.description")}>
            <Input
              readOnly={readonly}
              value={field.description ?? ""}
              onChange={({ target }) => onChange({ ...field, description: target.value }, "description")}
            />
          </Field>
          {asked && (
            <>
              <label className="flex items-center justify-between gap-2 text-[13px] font-medium">
                {t("canvas-panel:outputs.required")}
                <Switch
                  disabled={readonly}
                  checked={field.required ?? false}
                  onCheckedChange={(required) => onChange({ ...field, required }, "required")}
                />
              </label>
              <Field label={t("canvas-panel:outputs.default")}>
                <LiteralEditor
                  type={field.type}
                  disabled={readonly}
                  value={field.default}
                  onChange={(value) => {
                    const { default: _, ...rest } = field;
                    // An empty text is no default.
                    onChange(value === undefined || value === "" ? rest : { ...rest, default: value }, "default");
                  }}
                />
              </Field>
            </>
          )}
        </div>
      )}
      {inner && depth < DEPTH && (
        <div className="flex gap-1 pl-1">
          <CornerDownRight aria-hidden="true" className="mt-2 size-3.5 shrink-0 text-faint" />
          <div className="min-w-0 flex-1">
            <FieldRows
              fields={inner}
              path={`${path}/fields`}
              title={field.name}
              asked={asked}
              newName="field"
              depth={depth + 1}
              onChange={(fields) => onChange({ ...field, type: withFields(field.type ?? "any", fields) }, "fields")}
            />
          </div>
        </div>
      )}
    </li>
  );
}
