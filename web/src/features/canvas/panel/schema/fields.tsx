import { useTranslation } from "react-i18next";
import { Switch } from "@/ui/choice";
import { Input } from "@/ui/input";
import { usePanel } from "../context";
import { PanelField } from "../parts/PanelField";
import { isRecord } from "../pointer";
import { LiteralEditor } from "../values/LiteralEditor";

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
  const { readonly } = usePanel();
  return (
    <PanelField path={path} label={label} hint={hint} className="[&>div]:justify-between">
      <Switch disabled={readonly} checked={value === true} onCheckedChange={onChange} />
    </PanelField>
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
