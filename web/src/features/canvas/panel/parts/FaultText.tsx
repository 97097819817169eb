import { cn } from "@/ui/cn";
import type { Fault } from "../context";

/** What is wrong, below the control that it is about. */
export function FaultText({ fault, id }: { fault: Fault | undefined; id?: string }) {
  if (!fault) return null;
  const error = fault.severity === "error";
  return (
    <p
      id={id}
      role={error ? "alert" : "note"}
      className={cn("text-xs leading-5 break-words", error ? "text-danger-text" : "text-warning-text")}
    >
      {fault.message}
    </p>
  );
}

/** For `aria-invalid`: a warning leaves the value valid. */
export const isInvalid = (fault: Fault | undefined): true | undefined => (fault?.severity === "error" ? true : undefined);
