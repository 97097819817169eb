import { Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/states";
import { useEditor } from "../store";
import { useRunStore } from "./context";
import { useBegin } from "./useBegin";

/** No run is shown: one can be started, or an earlier one opened. */
export function NoRun() {
  const { t } = useTranslation();
  const locked = useEditor((state) => state.readonly);
  const begin = useBegin();
  const store = useRunStore();
  return (
    <EmptyState
      className="py-6"
      title={t("canvas-run:none.title")}
      action={
        <span className="flex flex-wrap justify-center gap-2">
          {!locked && (
            <Button size="sm" variant="primary" onClick={() => begin(false)}>
              <Play />
              {t("workflows:run.action")}
            </Button>
          )}
          <Button size="sm" onClick={() => store.getState().openDock("history")}>
            {t("canvas-run:tab.history")}
          </Button>
        </span>
      }
    />
  );
}
