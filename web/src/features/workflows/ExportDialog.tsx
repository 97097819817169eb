import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ImportReportView } from "./ImportReportView";
import { cozeExportQuery, exportUrl } from "./queries";

/** The draft as a canvas of Coze: what is left out, then the file. */
export function ExportDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const exported = useQuery(cozeExportQuery(workflow.id));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-xl"
      title={t("workflows:export.coze")}
      description={t("workflows:export.cozeHint")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button asChild variant="primary">
            <a href={exportUrl(workflow.id, "coze")} download>
              <Download />
              {t("workflows:export.download")}
            </a>
          </Button>
        </>
      }
    >
      <QueryView query={exported}>{({ report }) => <ImportReportView report={report} />}</QueryView>
    </Dialog>
  );
}
