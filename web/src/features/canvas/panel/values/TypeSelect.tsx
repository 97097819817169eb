import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ValueType } from "@/api/types";
import { NativeSelect } from "@/ui/input";
import type { ControlProps } from "../parts/PanelField";
import { BASIC, FILES, typeKey, typeOfKey } from "./types";

const LISTS = ["string", "integer", "number", "boolean", "time", "object", "any", "file:any", "file:image"].map((key) => `list:${key}`);

/** What a value is. Fields of objects are edited below, not here. */
export function TypeSelect({
  value,
  onChange,
  only,
  disabled,
  className,
  ...control
}: ControlProps & {
  value: ValueType | undefined;
  onChange: (type: ValueType) => void;
  /** Only lists may be chosen. */
  only?: "lists";
  disabled?: boolean;
  className?: string;
}) {
  const { t } = useTranslation();
  const key = typeKey(value);
  // Drawn anew with each keystroke in the panel, changed hardly ever.
  const options = useMemo(() => {
    const name = (of: string): string => {
      if (of.startsWith("list:")) return t("canvas-panel:type.listOf", { type: name(of.slice(5)) });
      if (of.startsWith("file:")) return t(`canvas-panel:type.file.${of.slice(5)}`, { defaultValue: of });
      return t(`canvas-panel:type.${of}`, { defaultValue: of });
    };
    const basic = only === "lists" ? ["any"] : [...BASIC];
    const files = only === "lists" ? [] : FILES.map((kind) => `file:${kind}`);
    const option = (of: string) => (
      <option key={of} value={of}>
        {name(of)}
      </option>
    );
    return (
      <>
        {![...basic, ...files, ...LISTS].includes(key) && option(key)}
        {basic.map(option)}
        <optgroup label={t("canvas-panel:type.lists")}>{LISTS.map(option)}</optgroup>
        {files.length > 0 && <optgroup label={t("canvas-panel:type.files")}>{files.map(option)}</optgroup>}
      </>
    );
  }, [t, only, key]);
  return (
    <NativeSelect
      aria-label={t("canvas-panel:type.label")}
      {...control}
      disabled={disabled}
      className={className}
      value={key}
      onChange={({ target }) => onChange(typeOfKey(target.value, value))}
    >
      {options}
    </NativeSelect>
  );
}
