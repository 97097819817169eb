import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/ui/badge";
import { usePanel } from "../context";
import { isWithin } from "../pointer";

/** A titled part of the panel that folds; says how much is wrong inside. */
export function Fold({
  title,
  note,
  action,
  open = true,
  places = [],
  children,
}: {
  title: string;
  /** Said faintly behind the title, also when folded. */
  note?: ReactNode;
  action?: ReactNode;
  open?: boolean;
  /** Which parts of the node it shows. */
  places?: readonly string[];
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { faults } = usePanel();
  const wrong = faults.filter(({ path }) => places.some((place) => isWithin(path, place))).length;
  return (
    <details
      open={open || wrong > 0}
      className="group/fold border-b border-line last:border-b-0"
      data-path={places[0]}
    >
      <summary className="flex h-10 cursor-pointer list-none items-center gap-2 px-4 text-[13px] font-semibold hover:bg-hover/50 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-3.5 shrink-0 text-faint transition-transform group-open/fold:rotate-90"
        />
        {title}
        {note !== undefined && <span className="min-w-0 truncate text-xs font-normal text-faint">{note}</span>}
        {wrong > 0 && (
          <Badge tone="danger" title={t("canvas-panel:findings.count", { count: wrong })}>
            {wrong}
          </Badge>
        )}
      </summary>
      <div className="space-y-3.5 px-4 pt-1 pb-4">
        {children}
        {action}
      </div>
    </details>
  );
}
