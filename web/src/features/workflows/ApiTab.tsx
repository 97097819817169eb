import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow, WorkflowDocument } from "@/api/types";
import { Button } from "@/ui/button";
import { CopyButton, CopyLine } from "@/ui/copy";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
import { startFields } from "./outline";
import { workflowDraftQuery, workflowVersionQuery } from "./queries";
import { WORKFLOW_SNIPPETS, workflowSnippet } from "./snippets";

/** How to call the workflow; with the inputs of the version in use, else of the draft. */
export function ApiTab({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const version = workflow.published_version;
  const published = useQuery({
    ...workflowVersionQuery(workflow.id, version ?? ""),
    enabled: version !== null,
  });
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), enabled: version === null });
  const document = (version === null ? draft.data?.document : published.data?.document) as
    | WorkflowDocument
    | undefined;
  // Only in this page's memory: it goes into the text to be copied and nowhere else.
  const [token, setToken] = useState("");
  const input = {
    origin: location.origin,
    workflowId: workflow.id,
    token,
    fields: document ? startFields(document) : [],
  };
  return (
    <div className="space-y-6">
      {version === null && <Notice tone="warning">{t("workflows:api.unpublished")}</Notice>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Fact label={t("agents:api.baseUrl")} text={location.origin} />
        <Fact label={t("workflows:api.workflowId")} text={workflow.id} />
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
          {WORKFLOW_SNIPPETS.map((id) => (
            <Tab key={id} value={id}>
              {t(`workflows:api.tab.${id}`)}
            </Tab>
          ))}
        </TabList>
        {WORKFLOW_SNIPPETS.map((id) => (
          <TabPanel key={id} value={id}>
            <p className="mb-3 text-[13px] text-soft">{t(`workflows:api.about.${id}`)}</p>
            <div className="relative">
              <pre
                tabIndex={0}
                data-snippet={id}
                className="overflow-x-auto rounded-lg border border-line bg-sunken px-4 py-3.5 font-mono text-[13px] leading-5"
              >
                {workflowSnippet(id, token === "" ? input : { ...input, token: "•".repeat(12) })}
              </pre>
              <CopyButton
                size="sm"
                text={workflowSnippet(id, input)}
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
