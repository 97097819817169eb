import { useTranslation } from "react-i18next";
import type { Workflow } from "@/api/types";
import { Badge } from "@/ui/badge";

/** Whether it can be called, and whether what is called is what is seen. */
export function PublishState({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  if (workflow.published_version === null) return <Badge>{t("workflows:state.unpublished")}</Badge>;
  return (
    <span className="flex gap-1">
      <Badge tone="success">{workflow.published_version}</Badge>
      {workflow.has_unpublished_changes && (
        <Badge tone="warning">{t("workflows:state.changed")}</Badge>
      )}
    </span>
  );
}
