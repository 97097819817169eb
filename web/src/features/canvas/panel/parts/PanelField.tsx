/** Label, control, hint and what is wrong with it; the place of the document that it shows. */
import { cloneElement, useId, type ReactElement, type ReactNode } from "react";
import { cn } from "@/ui/cn";
import { usePanel, type Fault } from "../context";
import { FaultText, isInvalid } from "./FaultText";

export interface ControlProps {
  id?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

interface Props {
  path: string;
  label: ReactNode;
  hint?: ReactNode;
  required?: boolean;
  /** Stands at the end of the label's line. */
  action?: ReactNode;
  className?: string;
}

function Foot({ id, hint, fault }: { id: string; hint: ReactNode; fault: Fault | undefined }) {
  if (fault) return <FaultText id={`${id}-error`} fault={fault} />;
  if (!hint) return null;
  return (
    <p id={`${id}-hint`} className="text-xs leading-5 text-faint">
      {hint}
    </p>
  );
}

const Required = () => (
  <span aria-hidden="true" className="text-danger-text">
    *
  </span>
);

/** Around one control. */
export function PanelField({ path, label, hint, required, action, className, children }: Props & { children: ReactElement<ControlProps> }) {
  const { fault } = usePanel();
  const id = useId();
  const wrong = fault(path);
  return (
    <div className={cn("space-y-1.5", className)} data-path={path}>
      <div className="flex min-h-6 items-center justify-between gap-2">
        <label id={`${id}-label`} htmlFor={id} className="flex min-w-0 items-baseline gap-1 text-[13px] font-medium">
          {label}
          {required && <Required />}
        </label>
        {action}
      </div>
      {cloneElement(children, {
        id,
        "aria-labelledby": `${id}-label`,
        "aria-describedby": wrong ? `${id}-error` : hint ? `${id}-hint` : undefined,
        "aria-invalid": isInvalid(wrong),
      })}
      <Foot id={id} hint={hint} fault={wrong} />
    </div>
  );
}

/** Around several controls that belong together. Faults of the parts are shown there, not here. */
export function PanelGroup({
  path,
  label,
  hint,
  required,
  action,
  className,
  own = false,
  children,
}: Props & { own?: boolean; children: ReactNode }) {
  const { faults } = usePanel();
  const id = useId();
  // What is wrong inside is said inside, unless nothing there says it.
  const wrong = faults.find((fault) => fault.path === path || (own && fault.path.startsWith(`${path}/`)));
  return (
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={wrong ? `${id}-error` : hint ? `${id}-hint` : undefined}
      className={cn("space-y-1.5", className)}
      data-path={path}
    >
      <div className="flex min-h-6 items-center justify-between gap-2">
        <span id={`${id}-label`} className="flex min-w-0 items-baseline gap-1 text-[13px] font-medium">
          {label}
          {required && <Required />}
        </span>
        {action}
      </div>
      {children}
      <Foot id={id} hint={hint} fault={wrong} />
    </div>
  );
}
