/** Params that name inputs: chosen among the node's, or made of a value of an earlier step. */
import { Link2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ValueType, WorkflowNodeInput } from "@/api/types";
import { bindingText, typeText } from "@/features/workflows/outline";
import { IconButton } from "@/ui/button";
import { Checkbox } from "@/ui/choice";
import { NativeSelect } from "@/ui/input";
import { usePanel } from "../context";
import type { ControlProps } from "../parts/PanelField";
import { ReferencePicker } from "../refs/ReferencePicker";
import { useTake } from "../refs/useWords";

function useNamed(): (input: WorkflowNodeInput) => string {
  const { nameOf } = usePanel();
  return ({ name, type, value }) => {
    const from = bindingText(value, nameOf);
    return from === undefined ? `${name} (${typeText(type)})` : `${name} — ${from}`;
  };
}

export function InputSelect({
  value,
  onChange,
  nullable = false,
  wanted,
  ...control
}: ControlProps & {
  value: string | null | undefined;
  onChange: (name: string | null) => void;
  nullable?: boolean;
  wanted?: ValueType;
}) {
  const { t } = useTranslation();
  const { node, readonly } = usePanel();
  const named = useNamed();
  const take = useTake();
  const inputs = node.inputs ?? [];
  const there = !value || inputs.some(({ name }) => name === value);
  return (
    <div className="flex gap-1">
      <NativeSelect
        {...control}
        className="min-w-0 flex-1"
        disabled={readonly}
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value === "" && nullable ? null : target.value)}
      >
        <option value="">{t(nullable ? "canvas-panel:choice.none" : "canvas-panel:choice.choose")}</option>
        {!there && <option value={value ?? ""}>{t("canvas-panel:inputs.gone", { name: value })}</option>}
        {inputs.map((input) => (
          <option key={input.name} value={input.name}>
            {named(input)}
          </option>
        ))}
      </NativeSelect>
      {!readonly && (
        <ReferencePicker wanted={wanted} onPick={(picked) => onChange(take(picked))}>
          <IconButton label={t("canvas-panel:ref.pick")} variant="secondary">
            <Link2 />
          </IconButton>
        </ReferencePicker>
      )}
    </div>
  );
}

/** Several inputs, in the order they were chosen. */
export function InputChecks({
  value,
  onChange,
  fits = () => true,
  wanted,
  empty,
}: {
  value: readonly string[];
  onChange: (names: string[]) => void;
  /** Which inputs are shown; chosen ones always are. */
  fits?: (input: WorkflowNodeInput) => boolean;
  wanted?: ValueType;
  empty?: string;
}) {
  const { t } = useTranslation();
  const { node, readonly } = usePanel();
  const named = useNamed();
  const take = useTake();
  const inputs = node.inputs ?? [];
  const gone = value.filter((name) => !inputs.some((input) => input.name === name));
  const shown = inputs.filter((input) => value.includes(input.name) || fits(input));
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...value.filter((each) => each !== name), name] : value.filter((each) => each !== name));
  return (
    <div className="space-y-1.5">
      {shown.length + gone.length === 0 && empty && <p className="text-xs leading-5 text-faint">{empty}</p>}
      {shown.map((input) => (
        <label key={input.name} className="flex items-center gap-2 text-[13px]">
          <Checkbox
            disabled={readonly}
            checked={value.includes(input.name)}
            onCheckedChange={(on) => toggle(input.name, on === true)}
          />
          <span className="min-w-0 truncate font-mono">{named(input)}</span>
        </label>
      ))}
      {gone.map((name) => (
        <label key={name} className="flex items-center gap-2 text-[13px] text-warning-text">
          <Checkbox disabled={readonly} checked onCheckedChange={() => toggle(name, false)} />
          {t("canvas-panel:inputs.gone", { name })}
        </label>
      ))}
      {!readonly && (
        <ReferencePicker wanted={wanted} onPick={(picked) => toggle(take(picked), true)}>
          <button type="button" className="flex items-center gap-1.5 rounded text-[13px] text-accent-text hover:underline">
            <Link2 aria-hidden="true" className="size-3.5" />
            {t("canvas-panel:ref.pick")}
          </button>
        </ReferencePicker>
      )}
    </div>
  );
}
