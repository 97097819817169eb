import { useState } from "react";
import { cn } from "@/ui/cn";
import { Input } from "@/ui/input";
import type { ControlProps } from "./PanelField";

/** A name that others refer to: taken over when it is finished, so that half of one renames nothing. */
export function NameInput({
  value,
  onCommit,
  readOnly,
  placeholder,
  className,
  ...control
}: ControlProps & {
  value: string;
  onCommit: (name: string) => void;
  readOnly?: boolean;
  placeholder?: string;
  className?: string;
}) {
  const [written, setWritten] = useState<string>();
  const commit = () => {
    const name = written?.trim();
    setWritten(undefined);
    if (name !== undefined && name !== value) onCommit(name);
  };
  return (
    <Input
      {...control}
      readOnly={readOnly}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      className={cn("min-w-0 font-mono !text-[13px]", readOnly && "bg-sunken", className)}
      value={written ?? value}
      onChange={({ target }) => setWritten(target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key !== "Escape" || written === undefined) return;
        event.stopPropagation();
        setWritten(undefined);
      }}
    />
  );
}
