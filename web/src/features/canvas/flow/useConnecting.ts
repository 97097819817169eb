/** Drawing connections: legal ones are made, others refused with the reason; into the empty asks for a node. */
import { useReactFlow, type Connection, type Edge, type OnConnectEnd } from "@xyflow/react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { canConnect, type ReasonKey } from "@/graph/connect";
import { OUT } from "@/graph/document";
import { connect, disconnect } from "@/graph/edit";
import { parentOf } from "@/graph/read";
import { toast } from "@/ui/toast";
import { pickFromPort, underPointer } from "../actions/picking";
import { useEditorStore } from "../store";
import { useViewStore } from "../view-store";
import type { FlowEdge } from "./elements";

export function useRefusal(): (reason: ReasonKey) => void {
  const { t } = useTranslation();
  return useCallback(
    (reason) => toast({ tone: "danger", title: t("canvas:refuse.title"), detail: t(`canvas:refuse.${reason}`) }),
    [t],
  );
}

export function useConnecting() {
  const editor = useEditorStore();
  const view = useViewStore();
  const flow = useReactFlow();
  const refuse = useRefusal();

  const allowed = useCallback(
    ({ source, sourceHandle, target }: Connection | Edge) => {
      const { document, kinds } = editor.getState();
      return canConnect(document, kinds, source, sourceHandle ?? OUT, target);
    },
    [editor],
  );
  const isValid = useCallback((connection: Connection | Edge) => allowed(connection).ok, [allowed]);
  /** Connects, or says why not. */
  const join = useCallback(
    (from: string, port: string, to: string) => {
      const { document, kinds, edit } = editor.getState();
      const answer = canConnect(document, kinds, from, port, to);
      if (answer.ok) edit((current) => connect(current, from, port, to));
      else refuse(answer.reason);
    },
    [editor, refuse],
  );
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => join(source, sourceHandle ?? OUT, target),
    [join],
  );
  const onReconnect = useCallback(
    (old: FlowEdge, { source, sourceHandle, target }: Connection) => {
      const { document, kinds, edit } = editor.getState();
      const without = disconnect(document, [old.id]);
      const answer = canConnect(without, kinds, source, sourceHandle ?? OUT, target);
      if (answer.ok) edit((current) => connect(disconnect(current, [old.id]), source, sourceHandle ?? OUT, target));
      else refuse(answer.reason);
    },
    [editor, refuse],
  );
  const onConnectEnd: OnConnectEnd = useCallback(
    (event, { fromHandle, fromNode, toHandle, toNode, isValid: valid }) => {
      if (valid === true || !fromHandle || !fromNode) return;
      const point = "clientX" in event ? event : event.changedTouches[0];
      if (!point) return;
      const screen = { x: point.clientX, y: point.clientY };
      const out = fromHandle.type === "source";
      const over = toNode?.id ?? nodeUnder(screen);
      const port = fromHandle.id ?? OUT;
      // On a node, though beside its handle. A container is also a place to drop something into.
      const inside = over !== undefined && toHandle === null && parentOf(editor.getState().document, fromNode.id) === over;
      if (over !== undefined && over !== fromNode.id && !inside) {
        if (out) join(fromNode.id, port, over);
        else join(over, toHandle?.id ?? OUT, fromNode.id);
        return;
      }
      const at = underPointer(flow.screenToFlowPosition(screen));
      if (out) {
        pickFromPort(editor, view, fromNode.id, port, screen);
        const { picking, set } = view.getState();
        if (picking) set({ picking: { ...picking, at: { x: at.x + 132, y: at.y } } });
      } else if (!editor.getState().readonly) {
        const parent = parentOf(editor.getState().document, fromNode.id);
        view.getState().set({ picking: { screen, at: { x: at.x - 132, y: at.y }, parent, to: fromNode.id } });
      }
    },
    [editor, view, flow, join],
  );
  return { isValid, onConnect, onReconnect, onConnectEnd };
}

function nodeUnder({ x, y }: { x: number; y: number }): string | undefined {
  const under = document.elementFromPoint(x, y)?.closest<HTMLElement>(".react-flow__node");
  return under?.dataset.id;
}
