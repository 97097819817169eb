import { Ban, Check, CircleX, Clock, Hand } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RunStatus, Step } from "@/api/types";
import { Badge, type BadgeTone } from "@/ui/badge";
import { cn } from "@/ui/cn";
import { Spinner } from "@/ui/spinner";

export const RUN_STATUSES: readonly RunStatus[] = [
  "queued",
  "running",
  "requires_action",
  "completed",
  "failed",
  "cancelled",
];

export type Status = RunStatus | Step["status"];

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

const INKS: Record<BadgeTone, string> = {
  neutral: "text-faint",
  accent: "text-accent-text",
  success: "text-success-text",
  warning: "text-warning-text",
  danger: "text-danger-text",
};

/** The status as a picture; whoever draws it says it in words as well. */
export function StatusIcon({ status, className }: { status: Status; className?: string }) {
  const Icon = ICONS[status];
  return <Icon aria-hidden="true" className={cn("size-3.5 shrink-0", INKS[TONES[status]], className)} />;
}

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
