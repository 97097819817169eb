import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { WorkspaceLink } from "@/app/links";
import { useWorkspace } from "@/app/session";
import { programName } from "@/features/runs/ProgramLink";
import { StatusBadge } from "@/features/runs/RunStatus";
import { Card, Section } from "@/ui/card";
import { SeeAll } from "./HomePage";
import { recentRunsQuery } from "./queries";

export function RecentRuns() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const runs = useQuery(recentRunsQuery(id));
  return (
    <Section title={t("home:runs.title")} action={<SeeAll page="runs" />}>
      <QueryView query={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-faint">{t("home:runs.empty")}</p>
          ) : (
            <Card className="divide-y divide-line overflow-hidden">
              {items.map((run) => (
                <RunRow key={run.id} run={run} />
              ))}
            </Card>
          )
        }
      </QueryView>
    </Section>
  );
}

function RunRow({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <WorkspaceLink
      page="run"
      runId={run.id}
      className="flex items-center gap-3 px-4 py-2.5 text-[13px] transition-colors hover:bg-hover/50"
    >
      <span className="w-24 shrink-0">
        <StatusBadge status={run.status} />
      </span>
      <span className="min-w-0 flex-1 truncate font-medium">{programName(run)}</span>
      <span className="w-24 text-right text-faint tabular-nums max-sm:hidden">
        {t("home:runs.tokens", { tokens: format.compact(run.usage.total_tokens) })}
      </span>
      <span className="w-24 text-right whitespace-nowrap text-faint">
        {format.ago(run.created_at)}
      </span>
    </WorkspaceLink>
  );
}
