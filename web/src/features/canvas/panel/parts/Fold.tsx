import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
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
  const inside = faults.filter(({ path }) => places.some((place) => isWithin(path, place)));
  const wrong = inside.length;
  const [shown, setShown] = useState(open);
  const [asked, setAsked] = useState(open);
  const [told, setTold] = useState(0);
  // Something came to be inside: it is shown.
  if (asked !== open) {
    setAsked(open);
    if (open) setShown(true);
  }
  // What is wrong is brought to light once; folding it away again is allowed.
  if (told !== wrong) {
    setTold(wrong);
    if (wrong > told) setShown(true);
  }
  return (
    <details
      open={shown}
      onToggle={({ currentTarget }) => setShown(currentTarget.open)}
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
          <Badge
            tone={inside.some(({ severity }) => severity === "error") ? "danger" : "warning"}
            title={t("canvas-panel:findings.count", { count: wrong })}>
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
