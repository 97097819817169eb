import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Findings } from "@/features/workflows/Findings";
import { edgesOf, titleOf } from "@/graph/document";
import { IconButton } from "@/ui/button";
import type { Finding } from "@/api/types";
import { useEditor, useEditorStore } from "./store";
import { useGo } from "./useGo";
import { useView, useViewStore } from "./view-store";

/** All that is wrong with the document; each leads to its node. */
export function FindingsPanel() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const go = useGo();
  const open = useView((state) => state.findings);
  const findings = useEditor((state) => state.findings);
  if (!open) return null;
  const select = (finding: Finding) => {
    if (!finding.node) return;
    go(finding.node);
    editor.getState().openNode(finding.node);
  };
  const named = findings.map((finding) => ({ ...finding, node: finding.node ?? nodeOfPath(finding.path) }));
  /** Findings about an edge name it by its place; they lead to the node it comes from. */
  function nodeOfPath(path: string): string | null {
    const at = /^\/edges\/(\d+)/.exec(path)?.[1];
    return at === undefined ? null : (edgesOf(editor.getState().document)[Number(at)]?.from ?? null);
  }
  return (
    <section
      aria-label={t("canvas:findings.title")}
      data-findings-panel
      className="absolute top-3 right-3 z-10 flex max-h-[70%] w-80 max-w-[calc(100%-24px)] animate-in flex-col rounded-lg border border-line bg-raised shadow-popover"
    >
      <div className="flex h-10 shrink-0 items-center pr-1 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-[13px] font-medium">{t("canvas:findings.title")}</h2>
        <IconButton size="icon-sm" label={t("common:action.close")} onClick={() => view.getState().set({ findings: false })}>
          <X />
        </IconButton>
      </div>
      <div className="min-h-0 overflow-y-auto px-2 pb-2">
        {named.length === 0 ? (
          <p className="px-1 pb-2 text-[13px] text-success-text">{t("workflows:findings.none")}</p>
        ) : (
          <Findings findings={named} titleOf={(id) => titleOf(editor.getState().document, id)} onSelect={select} />
        )}
      </div>
    </section>
  );
}
