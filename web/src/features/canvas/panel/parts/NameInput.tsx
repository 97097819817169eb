import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { Input } from "@/ui/input";
import type { ControlProps } from "./PanelField";

/** As the server has it: letters, digits and `_`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What is wrong with a new name. */
export function nameFault(name: string, taken: readonly string[]): "form" | "taken" | undefined {
  if (!NAME.test(name)) return "form";
  return taken.includes(name) ? "taken" : undefined;
}

/**
 * A name that others refer to: taken over when it is finished, so that half of one renames nothing;
 * one that cannot be stays as it is written and is said to be wrong.
 */
export function NameInput({
  value,
  onCommit,
  taken,
  readOnly,
  placeholder,
  className,
  ...control
}: ControlProps & {
  value: string;
  onCommit: (name: string) => void;
  /** Names of the others. */
  taken: readonly string[];
  readOnly?: boolean;
  placeholder?: string;
  className?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [written, setWritten] = useState<string>();
  const [fault, setFault] = useState<ReturnType<typeof nameFault>>();
  const leave = () => {
    setWritten(undefined);
    setFault(undefined);
  };
  const commit = () => {
    const name = written?.trim();
    if (name === undefined || name === value) return leave();
    const wrong = nameFault(name, taken);
    setFault(wrong);
    if (wrong) return;
    setWritten(undefined);
    onCommit(name);
  };
  return (
    <div className={cn("min-w-0", className)}>
      <Input
        {...control}
        readOnly={readOnly}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={control["aria-invalid"] || fault !== undefined || undefined}
        aria-describedby={fault ? id : control["aria-describedby"]}
        className={cn("font-mono !text-[13px]", readOnly && "bg-sunken")}
        value={written ?? value}
        onChange={({ target }) => {
          setWritten(target.value);
          if (fault) setFault(nameFault(target.value.trim(), taken));
        }}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key !== "Escape" || written === undefined) return;
          // The panel stays open: only the name is given up.
          event.preventDefault();
          leave();
        }}
      />
      {fault && (
        <p id={id} role="alert" className="mt-1 text-xs leading-5 text-danger-text">
          {t(`canvas-panel:name.${fault}`)}
        </p>
      )}
    </div>
  );
}
