import { Ban, Check, CircleX, Clock, Hand } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RunStatus, Step } from "@/api/types";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Spinner } from "@/ui/spinner";

export const RUN_STATUSES: readonly RunStatus[] = [
  "queued",
  "running",
  "requires_action",
  "completed",
  "failed",
  "cancelled",
];

type Status = RunStatus | Step["status"];

const TONES: Record<Status, BadgeTone> = {
  queued: "neutral",
  running: "accent",
  requires_action: "warning",
  waiting: "warning",
  completed: "success",
  failed: "danger",
  cancelled: "neutral",
};
const ICONS = {
  queued: Clock,
  running: Spinner,
  requires_action: Hand,
  waiting: Hand,
  completed: Check,
  failed: CircleX,
  cancelled: Ban,
};

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <Badge tone={TONES[status]} data-status={status}>
      <Icon className="size-3" />
      {t(`runs:status.${status}`)}
    </Badge>
  );
}
