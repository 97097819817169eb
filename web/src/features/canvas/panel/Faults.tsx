/** What is wrong with the node, each leading to its place in the panel. */
import { CircleX, TriangleAlert } from "lucide-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { usePanel } from "./context";
import { isWithin } from "./pointer";

const FIELDS = "input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [contenteditable=true]";

/** Brings the control of a place into sight and gives it the focus; the nearest one around it if it has none. */
export function showPlace(root: HTMLElement | null, path: string): void {
  let best: HTMLElement | undefined;
  for (const element of root?.querySelectorAll<HTMLElement>("[data-path]") ?? []) {
    const place = element.dataset.path ?? "";
    if (isWithin(path, place) && place.length >= (best?.dataset.path?.length ?? 0)) best = element;
  }
  if (!best) return;
  for (let fold = best.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  best.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  const control = best.querySelector<HTMLElement>(FIELDS) ?? best.querySelector<HTMLElement>("button:not(:disabled)");
  control?.focus({ preventScroll: true });
  best.animate([{ backgroundColor: "var(--warning-soft)" }, { backgroundColor: "transparent" }], { duration: 1_400 });
}

export function Faults({ panel }: { panel: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation();
  const { faults } = usePanel();
  if (faults.length === 0) return null;
  const errors = faults.filter(({ severity }) => severity === "error").length;
  return (
    <details className="shrink-0 border-b border-line" open={errors > 0} data-faults>
      <summary className="flex h-8 cursor-pointer list-none items-center gap-2 px-4 text-xs font-medium text-soft hover:bg-hover/50 [&::-webkit-details-marker]:hidden">
        {errors > 0 ? (
          <CircleX aria-hidden="true" className="size-3.5 text-danger-text" />
        ) : (
          <TriangleAlert aria-hidden="true" className="size-3.5 text-warning-text" />
        )}
        {t("canvas-panel:findings.count", { count: faults.length })}
      </summary>
      <ul className="max-h-36 overflow-y-auto px-2 pb-2">
        {faults.map(({ path, message, severity }, at) => (
          <li key={at}>
            <button
              type="button"
              onClick={() => showPlace(panel.current, path)}
              className="w-full rounded-md px-2 py-1 text-left text-[13px] leading-5 hover:bg-hover"
            >
              <span className={cn("block break-words", severity === "error" ? "text-danger-text" : "text-warning-text")}>{message}</span>
              {path !== "" && <span className="block font-mono text-xs break-all text-faint">{path}</span>}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
