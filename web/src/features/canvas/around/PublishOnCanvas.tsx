import { useState } from "react";
import { PublishDialog } from "@/features/workflows/PublishDialog";
import { useEditor, useEditorStore } from "../store";
import { VersionsDialog } from "./VersionsDialog";

/** Publishing where the document is drawn: what is named in it leads to its node. */
export function PublishOnCanvas({ onClose }: { onClose: () => void }) {
  const editor = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const [compared, setCompared] = useState<string>();
  const show = (id: string) => {
    onClose();
    editor.getState().openNode(id);
    // The panel takes its room first.
    requestAnimationFrame(() => requestAnimationFrame(() => editor.getState().reveal(id)));
  };
  return (
    <>
      <PublishDialog workflow={workflow} onClose={onClose} onNode={show} onCompare={setCompared} />
      {compared !== undefined && <VersionsDialog first={compared} onClose={() => setCompared(undefined)} />}
    </>
  );
}
