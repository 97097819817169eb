/** What a view shows while it has nothing to show: loading, empty, failed. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn("animate-pulse rounded-md bg-hover", className)} />;
}

/** Rows of grey where a list or form will be; says `label` to screen readers. */
export function LoadingRows({ label, rows = 4 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="space-y-2">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className="h-11" />
      ))}
    </div>
  );
}

export function EmptyState({
  icon,
  title,
  children,
  action,
  className,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      className={cn(
        "flex flex-col items-center rounded-xl border border-dashed border-line-strong px-6 py-12 text-center",
        className,
      )}
    >
      {icon && (
        <span className="mb-3 flex size-10 items-center justify-center rounded-full bg-hover text-faint [&_svg]:size-5">
          {icon}
        </span>
      )}
      <h3 className="text-sm font-medium">{title}</h3>
      {children && <p className="mt-1 max-w-sm text-[13px] leading-5 text-soft">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** A failure in words, with room for a reference and a way on. */
export function Notice({
  tone = "danger",
  title,
  children,
  reference,
  action,
  className,
}: {
  tone?: "danger" | "warning" | "info";
  title?: ReactNode;
  children?: ReactNode;
  reference?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "note"}
      className={cn(
        "flex items-start gap-3 rounded-lg px-3.5 py-3 text-[13px] leading-5",
        tone === "danger" && "bg-danger-soft text-danger-text",
        tone === "warning" && "bg-warning-soft text-warning-text",
        tone === "info" && "bg-accent-soft text-accent-text",
        className,
      )}
    >
      {tone !== "info" && <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />}
      <div className="min-w-0 flex-1">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="break-words">{children}</div>}
        {reference && <p className="mt-1 font-mono text-xs opacity-80">{reference}</p>}
      </div>
      {action}
    </div>
  );
}
