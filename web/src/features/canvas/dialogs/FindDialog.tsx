import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { outline } from "@/features/workflows/outline";
import { Dialog } from "@/ui/dialog";
import { focusNode } from "../actions/focus";
import { useEditor, useEditorStore } from "../store";
import { NodeList, type NodeChoice } from "./NodeList";

/** Finds a node by its name, id, kind or text; the canvas shows it. */
export function FindDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const document = useEditor((state) => state.document);
  const choices = useMemo(
    () =>
      outline(document).map(({ id, node }): NodeChoice => {
        const texts = Object.values(node.params ?? {}).filter((value) => typeof value === "string");
        return { id, title: node.title || texts[0]?.slice(0, 80) || id, kind: node.kind, words: `${node.description ?? ""} ${texts.join(" ")}` };
      }),
    [document],
  );
  return (
    <Dialog open onOpenChange={onClose} title={t("canvas:find.title")} closeLabel={t("common:action.close")}>
      <NodeList
        label={t("canvas:find.search")}
        choices={choices}
        onChoose={(id) => {
          onClose();
          editor.getState().reveal(id);
          focusNode(id);
        }}
      />
    </Dialog>
  );
}
