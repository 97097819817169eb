import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { Input } from "@/ui/input";
import type { ControlProps } from "./PanelField";

/** A number; what is none is kept as it was written and said to be none. */
export function NumberInput({
  value,
  onChange,
  integer = false,
  min,
  max,
  placeholder,
  disabled,
  className,
  ...control
}: ControlProps & {
  value: number | null | undefined;
  /** `undefined`: it was emptied. */
  onChange: (value: number | undefined) => void;
  integer?: boolean;
  min?: number;
  max?: number;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}) {
  const { t } = useTranslation();
  const [written, setWritten] = useState<string>();
  const text = written ?? (value === null || value === undefined ? "" : String(value));
  const number = Number(text.trim());
  const fault =
    text.trim() === ""
      ? undefined
      : !Number.isFinite(number)
        ? "number"
        : integer && !Number.isInteger(number)
          ? "integer"
          : min !== undefined && number < min
            ? "min"
            : max !== undefined && number > max
              ? "max"
              : undefined;
  const bound = fault === "min" ? min : max;
  return (
    <>
      <Input
        {...control}
        inputMode={integer ? "numeric" : "decimal"}
        disabled={disabled}
        placeholder={placeholder}
        className={cn("tabular-nums", className)}
        aria-invalid={control["aria-invalid"] || fault !== undefined || undefined}
        value={text}
        onChange={({ target }) => {
          setWritten(target.value);
          const next = target.value.trim();
          if (next === "") onChange(undefined);
          else if (Number.isFinite(Number(next)) && (!integer || Number.isInteger(Number(next)))) onChange(Number(next));
        }}
        onBlur={() => {
          if (fault === undefined) setWritten(undefined);
        }}
      />
      {fault !== undefined && written !== undefined && (
        <p role="alert" className="text-xs leading-5 text-danger-text">
          {t(`canvas-panel:fault.${fault}`, { bound, name: "" })}
        </p>
      )}
    </>
  );
}
