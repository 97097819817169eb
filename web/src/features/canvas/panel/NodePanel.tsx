/** Everything about one node: shown at the right while the node is open. */
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { focusNode } from "../actions/focus";
import { useEditor } from "../store";
import { useView, useViewStore } from "../view-store";
import { PanelProvider, usePanel } from "./context";
import { Faults } from "./Faults";
import { Head } from "./Head";
import { bodyOf } from "./kinds";
import { PolicyFold } from "./PolicyFold";
import { BatchFold } from "./sections";

export function NodePanel({ id }: { id: string }) {
  const node = useEditor((state) => state.document.nodes?.[id]);
  if (!node) return null;
  // Another node is another panel: nothing half written goes over.
  return (
    <PanelProvider key={id} id={id} node={node}>
      <Whole />
    </PanelProvider>
  );
}

function Whole() {
  const { t } = useTranslation();
  const { id, node } = usePanel();
  const openNode = useEditor((state) => state.openNode);
  const panel = useRef<HTMLElement>(null);
  const view = useViewStore();
  const wide = useView((state) => state.widePanel);
  const Body = bodyOf(node.kind);
  return (
    <section
      ref={panel}
      aria-label={t("canvas-panel:head.panel", { name: node.title || node.kind })}
      data-node-panel={id}
      data-kind={node.kind}
      onKeyDown={(event) => {
        // Lists and menus that are open close first.
        if (event.key !== "Escape" || event.defaultPrevented || !panel.current?.contains(event.target as Node)) return;
        openNode(undefined);
        focusNode(id);
      }}
      className={cn(
        "flex min-h-0 shrink-0 flex-col border-l border-line bg-raised text-text max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-20 max-lg:shadow-dialog",
        wide ? "w-[min(760px,100%)]" : "w-[min(420px,100%)]",
      )}
    >
      <Head wide={wide} onWide={(widePanel) => view.getState().set({ widePanel })} />
      <Faults panel={panel} />
      <div className="min-h-0 flex-1 overflow-y-auto pb-16">
        {/* The kind decides, and another kind is another panel. */}
        <Body key={node.kind} />
        <BatchFold />
        <PolicyFold />
      </div>
    </section>
  );
}
