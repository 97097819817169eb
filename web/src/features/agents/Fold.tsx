import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** A titled part of the builder's settings that folds. */
export function Fold({
  title,
  note,
  open = true,
  children,
}: {
  title: string;
  /** Said faintly behind the title, also when folded. */
  note?: ReactNode;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <details open={open} className="group border-b border-line last:border-b-0">
      <summary className="flex h-10 cursor-pointer list-none items-center gap-2 px-4 text-[13px] font-semibold hover:bg-hover/50">
        <ChevronRight
          aria-hidden="true"
          className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90"
        />
        {title}
        <span className="min-w-0 truncate text-xs font-normal text-faint">{note}</span>
      </summary>
      <div className="space-y-3 px-4 pt-1 pb-4">{children}</div>
    </details>
  );
}
