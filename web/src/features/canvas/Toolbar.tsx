import { useReactFlow, useStore } from "@xyflow/react";
import { Hand, Keyboard, LayoutGrid, Magnet, Map, Maximize, MousePointer2, Plus, Search, StickyNote, ZoomIn, ZoomOut } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/button";
import { addNote, arrange } from "./actions/commands";
import { fitting, glide } from "./flow/viewport";
import { shown } from "./keys";
import { useEditor, useEditorStore } from "./store";
import { useView, useViewStore } from "./view-store";

/** The tools below the canvas. */
export function Toolbar() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const readonly = useEditor((state) => state.readonly);
  const { tool, minimap, snap, palette } = useView((state) => state);
  const set = view.getState().set;
  const middle = () => {
    const box = document.querySelector("[data-canvas]")?.getBoundingClientRect();
    return flow.screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
  };
  return (
    <div
      role="toolbar"
      aria-label={t("canvas:tool.title")}
      className="absolute bottom-3 left-3 z-10 flex max-w-[calc(100%-24px)] flex-wrap items-center gap-0.5 rounded-lg border border-line bg-raised p-1 shadow-popover"
    >
      {!readonly && (
        <>
          <Button size="sm" variant="primary" aria-pressed={palette} title={shown("P")} onClick={() => set({ palette: !palette })}>
            <Plus />
            {t("canvas:tool.add")}
          </Button>
          <Tool label={t("canvas:tool.note")} keys="N" onClick={() => {
            const id = addNote(editor, middle(), t("canvas:comment.title"));
            if (id !== undefined) editor.getState().openNode(id);
          }}>
            <StickyNote />
          </Tool>
          <Tool label={t("canvas:tool.arrange")} keys="Shift+L" onClick={() => void arrange(editor).then(() => requestAnimationFrame(() => void flow.fitView(fitting())))}>
            <LayoutGrid />
          </Tool>
          <Line />
        </>
      )}
      <Tool label={t("canvas:tool.pointer")} keys="V" on={tool === "pointer"} onClick={() => set({ tool: "pointer" })}>
        <MousePointer2 />
      </Tool>
      <Tool label={t("canvas:tool.hand")} keys="H" on={tool === "hand"} onClick={() => set({ tool: "hand" })}>
        <Hand />
      </Tool>
      <Line />
      <Tool label={t("canvas:tool.zoomOut")} keys="Mod+-" onClick={() => void flow.zoomOut({ duration: glide(120) })}>
        <ZoomOut />
      </Tool>
      <button
        type="button"
        title={t("canvas:tool.zoomFull")}
        onClick={() => void flow.zoomTo(1, { duration: glide(120) })}
        className="h-7 w-11 rounded-md text-xs text-soft tabular-nums hover:bg-hover"
      >
        {zoom}%
      </button>
      <Tool label={t("canvas:tool.zoomIn")} keys="Mod++" onClick={() => void flow.zoomIn({ duration: glide(120) })}>
        <ZoomIn />
      </Tool>
      <Tool label={t("canvas:tool.fit")} keys="F" onClick={() => void flow.fitView(fitting())}>
        <Maximize />
      </Tool>
      <Line />
      <Tool label={t("canvas:tool.snap")} on={snap} onClick={() => set({ snap: !snap })}>
        <Magnet />
      </Tool>
      <Tool label={t("canvas:tool.minimap")} keys="M" on={minimap} onClick={() => set({ minimap: !minimap })}>
        <Map />
      </Tool>
      <Tool label={t("canvas:find.title")} keys="Mod+F" onClick={() => set({ dialog: "find" })}>
        <Search />
      </Tool>
      <Tool label={t("canvas:keys.title")} keys="?" onClick={() => set({ dialog: "keys" })}>
        <Keyboard />
      </Tool>
    </div>
  );
}

function Tool({
  label,
  keys,
  on,
  onClick,
  children,
}: {
  label: string;
  keys?: string;
  on?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <IconButton
      size="icon-sm"
      label={keys ? `${label} (${shown(keys)})` : label}
      aria-pressed={on}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
      onClick={onClick}
    >
      {children}
    </IconButton>
  );
}

const Line = () => <span aria-hidden="true" className="mx-0.5 h-5 w-px bg-line" />;
