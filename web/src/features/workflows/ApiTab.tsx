import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Workflow, WorkflowDocument } from "@/api/types";
import { ApiSnippets } from "@/app/ApiSnippets";
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
  const input = {
    origin: location.origin,
    workflowId: workflow.id,
    fields: document ? startFields(document) : [],
  };
  return (
    <ApiSnippets
      unpublished={version === null ? t("workflows:api.unpublished") : undefined}
      idLabel={t("workflows:api.workflowId")}
      id={workflow.id}
      snippets={WORKFLOW_SNIPPETS.map((id) => ({
        id,
        label: t(`workflows:api.tab.${id}`),
        about: t(`workflows:api.about.${id}`),
        text: (token) => workflowSnippet(id, { ...input, token }),
      }))}
    />
  );
}
