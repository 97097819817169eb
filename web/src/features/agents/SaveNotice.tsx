import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import type { DraftHandle } from "./useDraft";

/** A draft that could not be saved: why, and the ways on. */
export function SaveNotice({ draft: { store, view } }: { draft: DraftHandle }) {
  const { t } = useTranslation();
  if (view.status === "failed" && view.error)
    return (
      <ErrorNotice
        error={view.error}
        onRetry={() => void store.flush().catch(() => {})}
        className="m-3"
      />
    );
  if (view.status !== "conflict") return null;
  return (
    <Notice
      tone="warning"
      title={t("agents:conflict.title")}
      className="m-3 flex-wrap"
      action={
        <span className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => void store.resolve("theirs")}>
            {t("agents:conflict.theirs")}
          </Button>
          <Button size="sm" onClick={() => void store.resolve("mine")}>
            {t("agents:conflict.mine")}
          </Button>
        </span>
      }
    >
      {t("agents:conflict.hint")}
    </Notice>
  );
}
