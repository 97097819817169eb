/** The top of the panel: what the node is called, of which kind it is, what can be done with it. */
import { Braces, CircleHelp, Copy, EllipsisVertical, PanelRightClose, PanelRightOpen, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { duplicate } from "@/graph/clipboard";
import { removeNodes } from "@/graph/edit";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Input, Textarea } from "@/ui/input";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { useEditor, useEditorStore } from "../store";
import { usePanel } from "./context";
import { NodeJson } from "./NodeJson";

export function Head({ wide, onWide }: { wide: boolean; onWide: (wide: boolean) => void }) {
  const { t } = useTranslation();
  const { id, node, spec, kinds, locale, readonly, edit, editDocument } = usePanel();
  const store = useEditorStore();
  const openNode = useEditor((state) => state.openNode);
  const select = useEditor((state) => state.select);
  const [json, setJson] = useState(false);
  const [help, setHelp] = useState(false);
  const kind = spec?.title[locale] ?? node.kind;
  // Documents leave an empty description away.
  const description = (node.description as string | undefined) ?? "";
  const twin = () => {
    let copies: readonly string[] = [];
    editDocument((document) => {
      const made = duplicate(document, kinds, [id]);
      copies = made.ids;
      return made.document;
    });
    const [copy] = copies;
    if (copy === undefined) return;
    select([copy]);
    openNode(copy);
  };
  return (
    <header className="shrink-0 space-y-1 border-b border-line px-4 pt-2.5 pb-2.5">
      <div className="flex items-center gap-1">
        <span className="mr-1 flex size-8 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
          <NodeIcon kind={node.kind} className="size-4" />
        </span>
        <Input
          aria-label={t("canvas-panel:head.title")}
          readOnly={readonly}
          placeholder={kind}
          value={node.title}
          onChange={({ target }) => edit((current) => ({ ...current, title: target.value }), "title")}
          className="min-w-0 flex-1 border-transparent !bg-transparent px-1.5 text-[15px] font-semibold hover:border-line"
        />
        <IconButton size="icon-sm" label={t("canvas-panel:head.help")} aria-expanded={help} onClick={() => setHelp(!help)}>
          <CircleHelp />
        </IconButton>
        <Menu>
          <MenuTrigger asChild>
            <IconButton size="icon-sm" label={t("canvas-panel:head.menu")}>
              <EllipsisVertical />
            </IconButton>
          </MenuTrigger>
          <MenuContent align="end">
            <MenuItem onSelect={() => setJson(true)}>
              <Braces />
              {t("canvas-panel:head.json")}
            </MenuItem>
            {!readonly && node.kind !== "start" && (
              <>
                <MenuItem onSelect={twin}>
                  <Copy />
                  {t("canvas-panel:head.duplicate")}
                </MenuItem>
                <MenuSeparator />
                <MenuItem
                  danger
                  onSelect={() => store.getState().edit((document) => removeNodes(document, [id]))}
                >
                  <Trash2 />
                  {t("canvas-panel:head.delete")}
                </MenuItem>
              </>
            )}
          </MenuContent>
        </Menu>
        <IconButton
          size="icon-sm"
          className="max-sm:hidden"
          label={t(wide ? "canvas-panel:head.narrow" : "canvas-panel:head.wide")}
          onClick={() => onWide(!wide)}
        >
          {wide ? <PanelRightClose /> : <PanelRightOpen />}
        </IconButton>
        <IconButton size="icon-sm" label={t("canvas-panel:head.close")} onClick={() => openNode(undefined)}>
          <X />
        </IconButton>
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2 pl-11 text-xs text-faint">
        <span>{kind}</span>
        <span className="font-mono" title={t("canvas-panel:head.id")}>
          {id}
        </span>
      </p>
      {help && (
        <p className="rounded-md bg-sunken px-3 py-2 text-[13px] leading-5 text-soft">
          {spec?.description[locale]} {t(`canvas-panel:about.${node.kind}`, { defaultValue: "" })}
        </p>
      )}
      <Textarea
        aria-label={t("canvas-panel:head.description")}
        placeholder={readonly ? undefined : t("canvas-panel:head.descriptionHint")}
        readOnly={readonly}
        rows={Math.min(5, description.split("\n").length)}
        value={description}
        onChange={({ target }) => edit((current) => ({ ...current, description: target.value }), "description")}
        className={cn(
          "min-h-0! resize-none border-transparent !bg-transparent px-1.5 !text-[13px] text-soft hover:border-line",
          readonly && description === "" && "hidden",
        )}
      />
      {json && <NodeJson onClose={() => setJson(false)} />}
    </header>
  );
}
