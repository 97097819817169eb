import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
import type { ControlProps } from "./PanelField";

/** A few choices side by side. */
export function Segments<T extends string>({
  value,
  onChange,
  choices,
  disabled,
  ...control
}: ControlProps & {
  value: T;
  onChange: (value: T) => void;
  choices: readonly { value: T; label: ReactNode }[];
  disabled?: boolean;
}) {
  return (
    <RadioGroup.Root
      {...control}
      disabled={disabled}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className="flex gap-0.5 rounded-md bg-sunken p-0.5"
    >
      {choices.map((choice) => (
        <RadioGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-7 min-w-0 flex-1 truncate rounded px-2 text-[13px] text-soft hover:text-text disabled:opacity-50 data-[state=checked]:bg-raised data-[state=checked]:font-medium data-[state=checked]:text-text data-[state=checked]:shadow-sm"
        >
          {choice.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
