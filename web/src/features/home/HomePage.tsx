import { useQuery } from "@tanstack/react-query";
import { Bot, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { WorkspaceLink } from "@/app/links";
import { Page } from "@/app/Page";
import { useCan, useMe, useWorkspace } from "@/app/session";
import { AgentIcon } from "@/features/agents/AgentIcon";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState, Skeleton } from "@/ui/states";
import { Checklist } from "./Checklist";
import { recentAgentsQuery } from "./queries";
import { RecentRuns } from "./RecentRuns";

export function HomePage() {
  const { t } = useTranslation();
  const { user } = useMe();
  const { id } = useWorkspace();
  const builder = useCan("builder");
  const agents = useQuery(recentAgentsQuery(id));
  const create = builder && (
    <Button asChild variant="primary">
      <WorkspaceLink page="agents" search={{ create: true }}>
        <Plus />
        {t("home:newAgent")}
      </WorkspaceLink>
    </Button>
  );
  return (
    <Page
      title={t("home:title", { name: user.name })}
      actions={agents.data && agents.data.items.length > 0 && create}
    >
      <div className="space-y-8">
        {builder && <Checklist />}
        <Section title={t("home:agents.title")} action={<SeeAll page="agents" />}>
          <QueryView query={agents} loading={<GridSkeleton />}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState icon={<Bot />} title={t("home:agents.empty")} action={create}>
                  {builder ? t("home:agents.emptyHint") : t("home:agents.emptyViewer")}
                </EmptyState>
              ) : (
                <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                  {items.map((agent) => (
                    <AgentCard key={agent.id} agent={agent} />
                  ))}
                </ul>
              )
            }
          </QueryView>
        </Section>
        <RecentRuns />
      </div>
    </Page>
  );
}

export function SeeAll({ page }: { page: "agents" | "runs" }) {
  const { t } = useTranslation();
  return (
    <WorkspaceLink page={page} className="text-[13px] text-soft hover:text-text hover:underline">
      {t("home:seeAll")}
    </WorkspaceLink>
  );
}

function GridSkeleton() {
  return (
    <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-28" />
      ))}
    </div>
  );
}

function AgentCard({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li>
      <WorkspaceLink
        page="agent"
        agentId={agent.id}
        className="flex h-full flex-col rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong hover:bg-hover/40"
      >
        <span className="flex items-center gap-2.5">
          <AgentIcon agent={agent} className="size-7 rounded-md text-base" />
          <span className="min-w-0 flex-1 truncate font-medium">{agent.name}</span>
          {agent.published_version === null ? (
            <Badge>{t("home:agents.draft")}</Badge>
          ) : (
            <Badge tone="accent">v{agent.published_version}</Badge>
          )}
        </span>
        <span className="mt-2 line-clamp-2 min-h-10 text-[13px] leading-5 text-soft">
          {agent.description || t("home:agents.noDescription")}
        </span>
        <span className="mt-2 text-xs text-faint">
          {t("home:agents.changed", { time: format.ago(agent.updated_at) })}
        </span>
      </WorkspaceLink>
    </li>
  );
}
