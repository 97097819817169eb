import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Switch } from "@/ui/choice";
import { Input } from "@/ui/input";
import { usePanel } from "../context";
import { FaultText } from "../parts/FaultText";
import { PanelField } from "../parts/PanelField";
import { isRecord } from "../pointer";
import { LiteralEditor } from "../values/LiteralEditor";

/** Yes or no, with the switch at the end of the line. */
export function FlagField({
  path,
  label,
  hint,
  value,
  onChange,
}: {
  path: string;
  label: string;
  hint?: string;
  value: unknown;
  onChange: (on: boolean) => void;
}) {
  const { readonly, fault } = usePanel();
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4" data-path={path}>
      <div className="min-w-0">
        <label htmlFor={id} className="text-[13px] font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs leading-5 text-faint">
            {hint}
          </p>
        )}
        <FaultText fault={fault(path)} />
      </div>
      <Switch
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={readonly}
        checked={value === true}
        onCheckedChange={onChange}
      />
    </div>
  );
}

export function ZoneField({
  value,
  onChange,
  ...field
}: {
  path: string;
  label: string;
  hint?: string;
  value: string;
  onChange: (zone: string) => void;
}) {
  const { readonly } = usePanel();
  const list = `${field.path.replaceAll("/", "-")}-zones`;
  return (
    <PanelField {...field}>
      <ZoneInput list={list} readOnly={readonly} value={value} onChange={onChange} />
    </PanelField>
  );
}

function ZoneInput({
  value,
  onChange,
  list,
  readOnly,
  ...control
}: {
  value: string;
  onChange: (zone: string) => void;
  list: string;
  readOnly: boolean;
}) {
  return (
    <span className="block">
      <Input
        {...control}
        list={list}
        readOnly={readOnly}
        placeholder="UTC"
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value.trim())}
      />
      <datalist id={list}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </span>
  );
}

/** Params as JSON, for kinds that are not known. */
export function RawParams() {
  const { t } = useTranslation();
  const { node, edit, readonly } = usePanel();
  return (
    <PanelField path="/params" label={t("canvas-panel:params.raw")}>
      <LiteralEditor
        type={{ object: [] }}
        disabled={readonly}
        value={node.params ?? {}}
        onChange={(params) => edit((current) => ({ ...current, params: isRecord(params) ? params : {} }), "params")}
      />
    </PanelField>
  );
}
