/** Who else has the draft open, in the top bar. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowEditor } from "@/api/types";
import { tellPresence } from "@/features/workflows/around";
import { titleOf } from "@/graph/document";
import { Avatar } from "@/ui/avatar";
import { useEditor, useEditorStore } from "../store";

/** Avatars that are shown; more are counted. */
const SHOWN = 4;
const LATER = 30;

export function Presence() {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const others = useOthers();
  if (others.length === 0) return null;
  const text = ({ name, is_caller, node }: WorkflowEditor) => {
    const who = is_caller ? t("canvas-around:presence.me") : name || t("workflows:draft.somebody");
    return node === null ? who : t("canvas-around:presence.at", { who, node: titleOf(editor.getState().document, node) });
  };
  return (
    <ul aria-label={t("canvas-around:presence.title")} className="flex items-center -space-x-1.5 px-1" data-presence={others.length}>
      {others.slice(0, SHOWN).map((other, at) => (
        <li key={`${other.user_id} ${at}`}>
          <button
            type="button"
            title={text(other)}
            aria-label={text(other)}
            onClick={() => other.node !== null && editor.getState().reveal(other.node)}
            className="block rounded-full ring-2 ring-raised"
          >
            <Avatar name={other.name || "?"} />
          </button>
        </li>
      ))}
      {others.length > SHOWN && <li className="pl-3 text-xs text-faint">+{others.length - SHOWN}</li>}
    </ul>
  );
}

/** Gives a sign of life as often as the server asks for, at once when another node is opened. */
function useOthers(): readonly WorkflowEditor[] {
  const id = useEditor((state) => state.workflow.id);
  const readonly = useEditor((state) => state.readonly);
  const node = useEditor((state) => state.open?.node);
  const [session] = useState(() => crypto.getRandomValues(new Uint32Array(4)).join("-"));
  const [others, setOthers] = useState<readonly WorkflowEditor[]>([]);
  useEffect(() => {
    if (readonly) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const tell = async () => {
      let again = LATER;
      try {
        const answer = await tellPresence(id, { session, ...(node === undefined ? {} : { node }) });
        again = answer.again_in_seconds;
        if (!over) setOthers(answer.others);
      } catch {
        // Nothing depends on it; it is tried again.
        if (!over) setOthers([]);
      }
      if (!over) timer = setTimeout(() => void tell(), Math.max(again, 1) * 1_000);
    };
    // Nodes that are only passed by are not told.
    timer = setTimeout(() => void tell(), 300);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [id, node, readonly, session]);
  useEffect(() => {
    if (readonly) return;
    const leave = () => void tellPresence(id, { session, leave: true }).catch(() => {});
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [id, readonly, session]);
  return others;
}
