/** What can be done with a node, a connection or the empty canvas, where the pointer asks for it. */
import { useReactFlow } from "@xyflow/react";
import { Braces, ClipboardPaste, Copy, CopyPlus, LayoutGrid, Plus, Settings2, Spline, SquareDashedMousePointer, StickyNote, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { nodeOf } from "@/graph/document";
import { mainPort } from "@/graph/edit";
import { isComment } from "@/graph/kinds";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { addNote, arrange, copyText, duplicateSelected, pasteText, removeSelected, selectAll } from "./actions/commands";
import { pickAt, pickNext, underPointer } from "./actions/picking";
import { fitting } from "./flow/viewport";
import { shown } from "./keys";
import { useEditor, useEditorStore } from "./store";
import { useView, useViewStore } from "./view-store";

export function ContextMenu() {
  const view = useViewStore();
  const menu = useView((state) => state.menu);
  return (
    <Menu key={menu && `${menu.x} ${menu.y}`} open={menu !== undefined} onOpenChange={(open) => !open && view.getState().set({ menu: undefined })} modal={false}>
      <MenuTrigger asChild>
        <span aria-hidden="true" className="fixed size-px" style={{ left: menu?.x ?? 0, top: menu?.y ?? 0 }} />
      </MenuTrigger>
      {/* The keyboard goes where the action leads, not to the place that was clicked. */}
      <MenuContent align="start" data-context-menu onCloseAutoFocus={(event) => event.preventDefault()}>
        {menu && (menu.on === "pane" ? <OfPane at={menu} /> : <OfSelection at={menu} />)}
      </MenuContent>
    </Menu>
  );
}

function Item({ icon, keys, danger, onSelect, children }: { icon: ReactNode; keys?: string; danger?: boolean; onSelect: () => void; children: ReactNode }) {
  return (
    <MenuItem danger={danger} onSelect={onSelect}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys && <span className="pl-4 text-xs text-faint">{shown(keys)}</span>}
    </MenuItem>
  );
}

interface Place {
  x: number;
  y: number;
}

function OfSelection({ at }: { at: Place }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const { selected, document, kinds, readonly } = useEditor((state) => state);
  const id = selected.length === 1 ? selected[0] : undefined;
  const node = id === undefined ? undefined : nodeOf(document, id);
  const port = node && mainPort(node, kinds);
  const copyable = selected.some((one) => !["start", "end"].includes(nodeOf(document, one)?.kind ?? "start"));
  const copy = async () => {
    const text = copyText(editor);
    if (text === undefined) return;
    // Only pages over HTTPS or of this computer may write the clipboard by themselves.
    const written = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    toast(written ? { title: t("canvas:clipboard.copied") } : { tone: "danger", title: t("canvas:clipboard.keys", { keys: shown("Mod+C") }) });
  };
  return (
    <>
      {node && id !== undefined && (
        <Item icon={<Settings2 />} keys="Enter" onSelect={() => editor.getState().openNode(id)}>
          {t("canvas:keys.open")}
        </Item>
      )}
      {!readonly && node && id !== undefined && port !== undefined && (
        <Item icon={<Plus />} keys="A" onSelect={() => pickNext(editor, view, id, port, at)}>
          {t("canvas:keys.add")}
        </Item>
      )}
      {!readonly && node && !isComment(node) && (
        <Item icon={<Spline />} keys="C" onSelect={() => view.getState().set({ dialog: "connect" })}>
          {t("canvas:keys.connect")}
        </Item>
      )}
      {copyable && (
        <Item icon={<Copy />} keys="Mod+C" onSelect={() => void copy()}>
          {t("canvas:keys.copy")}
        </Item>
      )}
      {!readonly && copyable && (
        <Item icon={<CopyPlus />} keys="Mod+D" onSelect={() => duplicateSelected(editor)}>
          {t("canvas:keys.duplicate")}
        </Item>
      )}
      {!readonly && selected.length > 1 && (
        <Item icon={<StickyNote />} keys="N" onSelect={() => addNote(editor, { x: 0, y: 0 }, t("canvas:comment.title"))}>
          {t("canvas:tool.group")}
        </Item>
      )}
      {node && (
        <Item icon={<Braces />} keys="J" onSelect={() => view.getState().set({ dialog: "json", jsonOf: id })}>
          {t("canvas:json.short")}
        </Item>
      )}
      {!readonly && node?.kind !== "start" && (
        <>
          <MenuSeparator />
          <Item icon={<Trash2 />} keys="Delete" danger onSelect={() => removeSelected(editor)}>
            {t("common:action.delete")}
          </Item>
        </>
      )}
    </>
  );
}

function OfPane({ at }: { at: Place }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();
  const readonly = useEditor((state) => state.readonly);
  const here = () => underPointer(flow.screenToFlowPosition(at));
  const paste = async () => {
    const text = await navigator.clipboard?.readText().catch(() => undefined);
    if (text === undefined) toast({ tone: "danger", title: t("canvas:clipboard.keys", { keys: shown("Mod+V") }) });
    else if (!pasteText(editor, text, here())) toast({ tone: "danger", title: t("canvas:clipboard.nothing") });
  };
  return (
    <>
      {!readonly && (
        <>
          <Item icon={<Plus />} onSelect={() => pickAt(editor, view, at, here())}>
            {t("canvas:tool.add")}
          </Item>
          <Item icon={<StickyNote />} keys="N" onSelect={() => {
            const id = addNote(editor, here(), t("canvas:comment.title"));
            if (id !== undefined) editor.getState().openNode(id);
          }}>
            {t("canvas:comment.title")}
          </Item>
          <Item icon={<ClipboardPaste />} keys="Mod+V" onSelect={() => void paste()}>
            {t("canvas:clipboard.paste")}
          </Item>
          <MenuSeparator />
          <Item icon={<LayoutGrid />} keys="Shift+L" onSelect={() => void arrange(editor).then(() => requestAnimationFrame(() => void flow.fitView(fitting())))}>
            {t("canvas:tool.arrange")}
          </Item>
        </>
      )}
      <Item icon={<SquareDashedMousePointer />} keys="Mod+A" onSelect={() => selectAll(editor)}>
        {t("canvas:keys.selectAll")}
      </Item>
    </>
  );
}
