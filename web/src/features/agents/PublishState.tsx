import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { Badge } from "@/ui/badge";

/** Whether it can be used, and whether what is used is what is seen. */
export function PublishState({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  if (agent.published_version === null) return <Badge>{t("agents:state.unpublished")}</Badge>;
  return (
    <span className="flex gap-1">
      <Badge tone="success">
        {t("agents:state.published", { version: agent.published_version })}
      </Badge>
      {agent.has_unpublished_changes && (
        <Badge tone="warning">{t("agents:state.changed")}</Badge>
      )}
    </span>
  );
}
