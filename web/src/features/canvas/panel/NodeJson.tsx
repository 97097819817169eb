import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { usePanel } from "./context";
import { readNode } from "./node-json";
import { JsonBox } from "./text/editors";

/** The node as the document has it, to be read or changed by hand. */
export function NodeJson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { node, readonly, edit } = usePanel();
  const before = JSON.stringify(node, null, 2);
  const [text, setText] = useState(before);
  const read = readNode(text);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("canvas-panel:json.title")}
      closeLabel={t("common:action.close")}
      className="max-w-2xl"
      footer={
        <>
          <CopyButton text={text} label={t("common:action.copy")} doneLabel={t("common:action.copied")} />
          {!readonly && (
            <Button
              variant="primary"
              disabled={!read || text === before}
              onClick={() => {
                if (!read) return;
                edit(() => read);
                onClose();
              }}
            >
              {t("canvas-panel:json.take")}
            </Button>
          )}
        </>
      }
    >
      <JsonBox aria-label={t("canvas-panel:json.title")} readOnly={readonly} value={text} onChange={setText} lines={[12, 26]} />
      {!read && (
        <p role="alert" className="mt-2 text-xs text-danger-text">
          {t("canvas-panel:json.wrong")}
        </p>
      )}
    </Dialog>
  );
}
