import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { outline } from "@/features/workflows/outline";
import { canConnect } from "@/graph/connect";
import { edgeKey, edgesOf, nodeOf, portOf, titleOf } from "@/graph/document";
import { connect, disconnect } from "@/graph/edit";
import { isComment, portsOf } from "@/graph/kinds";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { focusNode } from "../actions/focus";
import { usePortName } from "../names";
import { useEditor, useEditorStore } from "../store";
import { NodeList, type NodeChoice } from "./NodeList";

/** Connections of the selected node without a pointer: what there are, and new ones; illegal ones say why. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const portName = usePortName();
  const from = useEditor((state) => state.selected[0]);
  const document = useEditor((state) => state.document);
  const kinds = useEditor((state) => state.kinds);
  const node = from === undefined ? undefined : nodeOf(document, from);
  const ports = useMemo(() => (node ? portsOf(node, kinds) : []), [node, kinds]);
  const [chosen, setPort] = useState<string>();
  const port = chosen ?? ports.find(({ id }) => !edgesOf(document).some((edge) => edge.from === from && portOf(edge) === id))?.id ?? ports[0]?.id;
  const choices = useMemo(() => {
    if (from === undefined || port === undefined) return [];
    const all = outline(document).filter((item) => item.id !== from && !isComment(item.node));
    const made = all.map(({ id, node: to }): NodeChoice => {
      const answer = canConnect(document, kinds, from, port, id);
      return {
        id,
        title: to.title || id,
        kind: to.kind,
        refused: answer.ok ? undefined : t(`canvas:refuse.${answer.reason}`),
      };
    });
    return made.sort((a, b) => Number(a.refused !== undefined) - Number(b.refused !== undefined));
  }, [document, kinds, from, port, t]);
  if (from === undefined || !node) return null;
  const there = edgesOf(document).filter((edge) => edge.from === from);
  const close = () => {
    onClose();
    focusNode(from);
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t("canvas:connect.title", { title: titleOf(document, from) })}
      closeLabel={t("common:action.close")}
    >
      {there.length > 0 && (
        <ul aria-label={t("canvas:connect.there")} className="mb-3 divide-y divide-line rounded-md border border-line">
          {there.map((edge) => (
            <li key={edgeKey(edge)} className="flex h-9 items-center gap-2 pr-1 pl-3 text-[13px]">
              <span className="min-w-0 flex-1 truncate">
                {portName({ id: portOf(edge), label: ports.find(({ id }) => id === portOf(edge))?.label })} → {titleOf(document, edge.to)}
              </span>
              <IconButton
                size="icon-sm"
                label={t("canvas:connect.remove", { title: titleOf(document, edge.to) })}
                onClick={() => editor.getState().edit((current) => disconnect(current, [edgeKey(edge)]))}
              >
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {ports.length === 0 ? (
        <p className="text-[13px] text-soft">{t("canvas:connect.none")}</p>
      ) : (
        <>
          {ports.length > 1 && (
            <div role="group" aria-label={t("canvas:picker.port")} className="mb-2 flex flex-wrap gap-1 text-xs">
              {ports.map((one) => (
                <button
                  key={one.id}
                  type="button"
                  aria-pressed={one.id === port}
                  onClick={() => setPort(one.id)}
                  className="max-w-full truncate rounded border border-line-strong px-1.5 py-0.5 aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
                >
                  {portName(one)}
                </button>
              ))}
            </div>
          )}
          <NodeList
            label={t("canvas:connect.to")}
            choices={choices}
            onChoose={(to) => {
              if (port === undefined) return;
              editor.getState().edit((current) => connect(current, from, port, to));
              close();
            }}
          />
        </>
      )}
    </Dialog>
  );
}
