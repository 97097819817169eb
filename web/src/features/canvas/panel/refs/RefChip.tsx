import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useId, type ComponentProps } from "react";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { cn } from "@/ui/cn";
import { usePanel } from "../context";

/** A reference in one line: the node and the way into what it gives. */
export function RefChip({
  to,
  className,
  "aria-label": label,
  "aria-labelledby": labelledBy,
  ...props
}: ComponentProps<"button"> & { to: { node: string; path?: string[] } }) {
  const { t } = useTranslation();
  const id = useId();
  const { document, nameOf, typeOf } = usePanel();
  const node = document.nodes?.[to.node];
  const gone = !node || typeOf(to) === undefined;
  const path = (to.path ?? []).map((key) => (/^\d+$/.test(key) ? `[${key}]` : key)).join(" › ");
  return (
    <button
      type="button"
      className={cn(
        "flex h-8 w-full min-w-0 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2 text-left text-[13px] hover:border-faint disabled:cursor-default disabled:bg-sunken",
        gone && "border-warning-text/50 bg-warning-soft",
        className,
      )}
      data-ref-chip
      title={gone ? t("canvas-panel:ref.gone") : undefined}
      {...props}
      // What it is for, then what it shows.
      aria-labelledby={[labelledBy ?? (label ? `${id}-label` : undefined), `${id}-value`].filter(Boolean).join(" ")}
    >
      {label && (
        <span id={`${id}-label`} className="sr-only">
          {label}
        </span>
      )}
      <span id={`${id}-value`} className="flex min-w-0 items-center gap-1.5">
        {gone ? (
          <TriangleAlert aria-hidden="true" className="size-3.5 shrink-0 text-warning-text" />
        ) : (
          <NodeIcon kind={node.kind} className="size-3.5 shrink-0 text-faint" />
        )}
        <span className="max-w-[55%] shrink-0 truncate text-soft">{node ? nameOf(to.node) : to.node}</span>
        {path !== "" && <span className="min-w-0 truncate font-mono text-accent-text">{path}</span>}
        {gone && <span className="sr-only">{t("canvas-panel:ref.gone")}</span>}
      </span>
    </button>
  );
}
