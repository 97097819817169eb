/** What the person has to know or decide before anything else: unsaved work that was found, a save that fails. */
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { useEditor, useEditorStore } from "./store";
import type { Recovery } from "./useRecovery";
import { useViewStore } from "./view-store";

export function Notices({ recovery }: { recovery: Recovery }) {
  const { t } = useTranslation();
  const format = useFormat();
  const editor = useEditorStore();
  const view = useViewStore();
  const { status, error, conflict } = useEditor((state) => state.save);
  const readonly = useEditor((state) => state.readonly);
  return (
    <>
      {recovery.found && !readonly && (
        <Notice
          tone="info"
          title={t("canvas:recovery.title")}
          className="m-2 flex-wrap"
          action={
            <span className="flex flex-wrap gap-2">
              <Button size="sm" onClick={recovery.discard}>
                {t("canvas:recovery.discard")}
              </Button>
              <Button size="sm" variant="primary" onClick={recovery.restore}>
                {t("canvas:recovery.restore")}
              </Button>
            </span>
          }
        >
          {t("canvas:recovery.hint", { when: format.dateTime(new Date(recovery.found.at).toISOString()) })}
        </Notice>
      )}
      {status === "failed" && error && (
        <div className="m-2" data-save-failed>
          <ErrorNotice error={error} onRetry={() => void editor.getState().flush().catch(() => {})} />
          <p className="mt-1 px-1 text-xs text-soft">{t("canvas:save.kept")}</p>
        </div>
      )}
      {status === "conflict" && conflict && (
        <Notice
          tone="warning"
          title={t("canvas:conflict.title")}
          className="m-2 flex-wrap"
          action={
            <Button size="sm" variant="primary" onClick={() => view.getState().set({ dialog: "conflict" })}>
              {t("canvas:conflict.open")}
            </Button>
          }
        >
          {t("canvas:conflict.hint", {
            who: conflict.theirs.updated_by_name || t("workflows:draft.somebody"),
            when: format.dateTime(conflict.theirs.updated_at),
            count: conflict.merge.conflicts.length,
          })}
        </Notice>
      )}
    </>
  );
}
