import { useReactFlow } from "@xyflow/react";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { IconButton } from "@/ui/button";
import { addPicked, containerAt, underPointer } from "../actions/picking";
import { useEditor, useEditorStore } from "../store";
import { useView, useViewStore } from "../view-store";
import { useGo } from "../useGo";
import { KindMenu } from "./KindMenu";

/** All kinds at the left: dragged onto the canvas, or chosen for its middle. */
export function Palette() {
  const { t, i18n } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();
  const go = useGo();
  const open = useView((state) => state.palette);
  const readonly = useEditor((state) => state.readonly);
  if (!open || readonly) return null;
  return (
    <aside
      aria-label={t("canvas:picker.title")}
      data-palette
      className="flex w-60 shrink-0 flex-col border-r border-line bg-raised"
    >
      <div className="flex h-10 shrink-0 items-center pr-1 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-[13px] font-medium">{t("canvas:picker.title")}</h2>
        <IconButton size="icon-sm" label={t("common:action.close")} onClick={() => view.getState().set({ palette: false })}>
          <X />
        </IconButton>
      </div>
      <KindMenu
        inside
        autoFocus
        draggable
        onPick={(kind) => {
          const area = window.document.querySelector("[data-canvas]")?.getBoundingClientRect();
          const screen = { x: (area?.left ?? 0) + (area?.width ?? 0) / 2, y: (area?.top ?? 0) + (area?.height ?? 0) / 2 };
          const point = flow.screenToFlowPosition(screen);
          const parent = containerAt(editor.getState(), point);
          const id = addPicked(editor, { screen, at: underPointer(point), parent }, kind, i18n.language as Locale);
          if (id !== undefined) go(id);
        }}
      />
    </aside>
  );
}
