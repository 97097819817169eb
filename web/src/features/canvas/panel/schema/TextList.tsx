import type { ReactNode } from "react";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Input, Textarea } from "@/ui/input";
import { usePanel } from "../context";
import { FaultText, isInvalid } from "../parts/FaultText";
import { RowMenu } from "../parts/RowMenu";
import { moved, pointer, replaced, without } from "../pointer";

/** A list of texts, one to a line. `order` says where each element of the new list stood before. */
export function TextList({
  value,
  onChange,
  path,
  label,
  long = false,
  addLabel,
  placeholder,
  badge,
}: {
  value: readonly string[];
  onChange: (value: string[], order: (number | undefined)[]) => void;
  path: string;
  label: string;
  long?: boolean;
  addLabel?: string;
  placeholder?: string;
  /** Stands before each. */
  badge?: (at: number) => ReactNode;
}) {
  const { t } = useTranslation();
  const { readonly, fault } = usePanel();
  const order = value.map((_, at): number | undefined => at);
  const Control = long ? Textarea : Input;
  return (
    <div className="space-y-1.5">
      <ol className="space-y-1.5" aria-label={label}>
        {value.map((text, at) => {
          const wrong = fault(pointer(path, at));
          return (
            <li key={at} data-path={pointer(path, at)}>
              <div className="flex items-start gap-1">
                {badge && <span className="mt-1.5 w-6 shrink-0 text-center text-xs text-faint tabular-nums">{badge(at)}</span>}
                <Control
                  aria-label={`${label} ${at + 1}`}
                  aria-invalid={isInvalid(wrong)}
                  readOnly={readonly}
                  placeholder={placeholder}
                  value={text}
                  {...(long ? { rows: Math.min(6, Math.max(2, text.split("\n").length)) } : {})}
                  onChange={({ target }: { target: { value: string } }) => onChange(replaced(value, at, target.value), order)}
                />
                {!readonly && (
                  <RowMenu
                    name={`${label} ${at + 1}`}
                    at={at}
                    count={value.length}
                    onMove={(to) => onChange(moved(value, at, to), moved(order, at, to))}
                    onRemove={() => onChange(without(value, at), without(order, at))}
                  />
                )}
              </div>
              <FaultText fault={wrong} />
            </li>
          );
        })}
      </ol>
      {!readonly && (
        <Button size="sm" onClick={() => onChange([...value, ""], [...order, undefined])}>
          <Plus />
          {addLabel ?? t("common:action.add")}
        </Button>
      )}
    </div>
  );
}
