import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { Button } from "@/ui/button";
import { CopyButton, CopyLine } from "@/ui/copy";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
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
  // Only in this page's memory: it goes into the text to be copied and nowhere else.
  const [token, setToken] = useState("");
  const input = {
    origin: location.origin,
    workspaceId: agent.workspace_id,
    agentId: agent.id,
    token,
    question: t("agents:api.question"),
  };
  return (
    <div className="space-y-6">
      {agent.published_version === null && (
        <Notice tone="warning">{t("agents:api.unpublished")}</Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Fact label={t("agents:api.baseUrl")} text={location.origin} />
        <Fact label={t("agents:api.agentId")} text={agent.id} />
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t("agents:api.token")} hint={t("agents:api.tokenHint")} className="min-w-64 flex-1">
          <Input
            value={token}
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="pat_…"
            onChange={(event) => setToken(event.target.value)}
          />
        </Field>
        <Button asChild className="mb-6.5">
          <Link to="/account/tokens" search={{ create: true }}>
            <KeyRound />
            {t("agents:api.createToken")}
          </Link>
        </Button>
      </div>
      <Tabs defaultValue="python">
        <TabList className="overflow-x-auto">
          {SNIPPETS.map((id) => (
            <Tab key={id} value={id}>
              {t(`agents:api.tab.${id}`)}
            </Tab>
          ))}
        </TabList>
        {SNIPPETS.map((id) => (
          <TabPanel key={id} value={id}>
            <p className="mb-3 text-[13px] text-soft">{t(`agents:api.about.${id}`)}</p>
            <div className="relative">
              <pre
                tabIndex={0}
                data-snippet={id}
                className="overflow-x-auto rounded-lg border border-line bg-sunken px-4 py-3.5 font-mono text-[13px] leading-5"
              >
                {snippet(id, token === "" ? input : { ...input, token: "•".repeat(12) })}
              </pre>
              <CopyButton
                size="sm"
                text={snippet(id, input)}
                label={t("common:action.copy")}
                doneLabel={t("common:action.copied")}
                className="absolute top-2 right-2"
              />
            </div>
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

function Fact({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 space-y-1.5">
      <p className="text-[13px] font-medium">{label}</p>
      <CopyLine text={text} label={t("common:action.copy")} doneLabel={t("common:action.copied")} />
    </div>
  );
}
