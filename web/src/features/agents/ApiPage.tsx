import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { ApiSnippets } from "@/app/ApiSnippets";
import { QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { Button } from "@/ui/button";
import { agentQuery } from "./queries";
import { snippet, SNIPPETS } from "./snippets";

export function ApiPage() {
  const { t } = useTranslation();
  const { agentId, workspaceId } = useParams({ from: "/app/w/$workspaceId/agents/$agentId/api" });
  const agent = useQuery(agentQuery(agentId));
  return (
    <Page
      title={agent.data ? t("agents:api.titleOf", { name: agent.data.name }) : t("agents:api.title")}
      description={t("agents:api.description")}
      className="max-w-4xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/w/$workspaceId/agents/$agentId" params={{ workspaceId, agentId }}>
            <ArrowLeft />
            {t("agents:api.back")}
          </Link>
        </Button>
      }
    >
      <QueryView query={agent}>{(data) => <Snippets agent={data} />}</QueryView>
    </Page>
  );
}

function Snippets({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const input = {
    origin: location.origin,
    workspaceId: agent.workspace_id,
    agentId: agent.id,
    question: t("agents:api.question"),
  };
  return (
    <ApiSnippets
      unpublished={agent.published_version === null ? t("agents:api.unpublished") : undefined}
      idLabel={t("agents:api.agentId")}
      id={agent.id}
      snippets={SNIPPETS.map((id) => ({
        id,
        label: t(`agents:api.tab.${id}`),
        about: t(`agents:api.about.${id}`),
        text: (token) => snippet(id, { ...input, token }),
      }))}
    />
  );
}
