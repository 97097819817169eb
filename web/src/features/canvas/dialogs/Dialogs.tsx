import { lazy, Suspense } from "react";
import { PublishOnCanvas } from "../around/PublishOnCanvas";
import { useView, useViewStore } from "../view-store";
import { ConflictDialog } from "./ConflictDialog";
import { ConnectDialog } from "./ConnectDialog";
import { FindDialog } from "./FindDialog";
import { KeysDialog } from "./KeysDialog";

// With it comes the code editor.
const JsonDialog = lazy(async () => ({ default: (await import("./JsonDialog")).JsonDialog }));

/** The dialog that is open. */
export function Dialogs() {
  const view = useViewStore();
  const dialog = useView((state) => state.dialog);
  const close = () => view.getState().set({ dialog: undefined });
  switch (dialog) {
    case "keys":
      return <KeysDialog onClose={close} />;
    case "find":
      return <FindDialog onClose={close} />;
    case "connect":
      return <ConnectDialog onClose={close} />;
    case "conflict":
      return <ConflictDialog onClose={close} />;
    case "publish":
      return <PublishOnCanvas onClose={close} />;
    case "json":
      return (
        <Suspense>
          <JsonDialog onClose={close} />
        </Suspense>
      );
    case undefined:
      return null;
  }
}
