import { startFields } from "@/features/workflows/outline";
import { useEditorStore } from "../store";
import { useRunActions } from "./actions";
import { useRunStore } from "./context";

/** Opens the form of the inputs; a workflow without any begins at once, a chatflow is talked to. */
export function useBegin(): (step: boolean) => void {
  const editor = useEditorStore();
  const store = useRunStore();
  const actions = useRunActions();
  return (step) => {
    const { document } = editor.getState();
    if (document.mode === "chatflow") return store.getState().openDock("chat", true);
    if (startFields(document).length > 0) return store.getState().openDock("start", true);
    void actions.run({}, { step });
    // Why it could not begin is said there.
    store.getState().openDock("result");
  };
}
