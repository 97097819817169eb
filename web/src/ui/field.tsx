import { cloneElement, useId, type ReactElement, type ReactNode } from "react";
import { cn } from "./cn";

interface ControlProps {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

/**
 * Label, control, hint and error tied together by id. The one child is the
 * control: `<Field label="Name" error={…}><Input {...register("name")} /></Field>`.
 */
export function Field({
  label,
  hint,
  error,
  optional,
  children,
  className,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  /** Text such as "optional", shown faintly behind the label. */
  optional?: string;
  children: ReactElement<ControlProps>;
  className?: string;
}) {
  const generated = useId();
  const id = children.props.id ?? generated;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={cn("space-y-1.5", className)}>
      <label htmlFor={id} className="flex items-baseline gap-1.5 text-[13px] font-medium">
        {label}
        {optional && <span className="shrink-0 text-xs font-normal text-faint">{optional}</span>}
      </label>
      {cloneElement(children, {
        id,
        "aria-describedby": describedBy || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && !error && (
        <p id={`${id}-hint`} className="text-xs leading-5 text-faint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-xs leading-5 text-danger-text">
          {error}
        </p>
      )}
    </div>
  );
}

/** A setting with its control at the right: switch rows. */
export function SettingRow({
  label,
  hint,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  children: ReactElement<ControlProps>;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6 py-1">
      <div className="min-w-0">
        <label htmlFor={id} className="text-[13px] font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs leading-5 text-faint">
            {hint}
          </p>
        )}
      </div>
      {cloneElement(children, { id, "aria-describedby": hint ? `${id}-hint` : undefined })}
    </div>
  );
}
