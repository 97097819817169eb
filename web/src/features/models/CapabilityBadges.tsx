import { useTranslation } from "react-i18next";
import type { Capabilities } from "@/api/types";
import { Badge } from "@/ui/badge";

export const FLAGS = ["tools", "parallel_tools", "json_schema", "vision", "reasoning"] as const;

/** What a model can do, in words. */
export function CapabilityBadges({ capabilities }: { capabilities: Capabilities }) {
  const { t } = useTranslation();
  const found = FLAGS.filter((flag) => capabilities[flag] && flag !== "parallel_tools");
  return (
    <span className="flex flex-wrap gap-1">
      {found.map((flag) => (
        <Badge key={flag}>{t(`models:capability.${flag}`)}</Badge>
      ))}
      {capabilities.embedding_dimensions !== null && (
        <Badge>
          {t("models:capability.embedding", { dimensions: capabilities.embedding_dimensions })}
        </Badge>
      )}
    </span>
  );
}
