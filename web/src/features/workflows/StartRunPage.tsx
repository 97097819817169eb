/** The form that starts a run: of the draft, of a version, or of one node. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunDetail, ValueField, Workflow, WorkflowDocument, WorkflowVersion } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { usePages } from "@/app/paging";
import { useCan } from "@/app/session";
import { runQuery } from "@/features/runs/queries";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { NativeSelect } from "@/ui/input";
import { EmptyState, LoadingRows, Notice } from "@/ui/states";
import { InputsForm } from "./inputs/InputsForm";
import { startFields } from "./outline";
import {
  runWorkflow,
  runWorkflowNode,
  workflowDraftQuery,
  workflowQuery,
  workflowVersionQuery,
  workflowVersionsKey,
  workflowVersionsPath,
} from "./queries";

const FROM = "/app/w/$workspaceId/workflows/$workflowId/run";
const DRAFT = "draft";

export function StartRunPage() {
  const { t } = useTranslation();
  const { workspaceId, workflowId } = useParams({ from: FROM });
  const { from } = useSearch({ from: FROM });
  const workflow = useQuery(workflowQuery(workflowId));
  const earlier = useQuery({ ...runQuery(from ?? ""), enabled: from !== undefined });
  return (
    <Page
      title={workflow.data ? t("workflows:run.of", { name: workflow.data.name }) : t("workflows:run.action")}
      className="max-w-3xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/w/$workspaceId/workflows/$workflowId" params={{ workspaceId, workflowId }}>
            <ArrowLeft />
            {t("workflows:back")}
          </Link>
        </Button>
      }
    >
      <QueryView query={workflow}>
        {(data) =>
          from !== undefined && earlier.isPending ? (
            <LoadingRows label={t("common:loading")} />
          ) : (
            <Choose key={data.id} workflow={data} earlier={earlier.data} />
          )
        }
      </QueryView>
    </Page>
  );
}

/** What an earlier run was started with: what its start node gave on. */
function inputsOf(run: RunDetail | undefined): Record<string, unknown> {
  const start = run?.steps.find(({ node }) => node?.kind === "start" && !node.path);
  const output: unknown = start?.output;
  return typeof output === "object" && output !== null ? (output as Record<string, unknown>) : {};
}

function Choose({ workflow, earlier }: { workflow: Workflow; earlier: RunDetail | undefined }) {
  const { t } = useTranslation();
  const builder = useCan("builder");
  const { node } = useSearch({ from: FROM });
  const published = workflow.published_version;
  const versions = usePages<WorkflowVersion>(
    workflowVersionsKey(workflow.id),
    workflowVersionsPath(workflow.id),
  );
  const before = earlier && (earlier.workflow_version ?? DRAFT);
  const [form, setForm] = useState(before ?? (builder ? DRAFT : (published ?? DRAFT)));
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), enabled: form === DRAFT });
  const version = useQuery({ ...workflowVersionQuery(workflow.id, form), enabled: form !== DRAFT });
  if (!builder && published === null) return <EmptyState title={t("workflows:run.unpublished")} />;
  const source = form === DRAFT ? draft : version;
  return (
    <div className="space-y-6">
      {node === undefined && (
        <Field label={t("workflows:run.which")} className="max-w-xs">
          <NativeSelect value={form} onChange={(event) => setForm(event.target.value)}>
            {builder && <option value={DRAFT}>{t("workflows:versions.draft")}</option>}
            {versions.data?.map((item) => (
              <option key={item.version} value={item.version}>
                {item.version === published
                  ? t("workflows:run.latest", { version: item.version })
                  : item.version}
              </option>
            ))}
          </NativeSelect>
        </Field>
      )}
      <QueryView query={source as typeof draft}>
        {(data) => (
          <RunForm
            key={form}
            workflow={workflow}
            form={form}
            document={data.document as WorkflowDocument}
            broken={form === DRAFT && data.findings.some(({ severity }) => severity === "error")}
            initial={inputsOf(earlier)}
          />
        )}
      </QueryView>
    </div>
  );
}

function RunForm({
  workflow,
  form,
  document,
  broken,
  initial,
}: {
  workflow: Workflow;
  form: string;
  document: WorkflowDocument;
  broken: boolean;
  initial: Record<string, unknown>;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { node } = useSearch({ from: FROM });
  const one = node === undefined ? undefined : document.nodes?.[node];
  const fields: ValueField[] = one
    ? (one.inputs ?? []).map(({ name, type }) => ({ name, type }))
    : startFields(document);
  const start = useMutation({
    mutationFn: (values: Record<string, unknown>) =>
      node === undefined
        ? runWorkflow(workflow.id, {
            inputs: values,
            ...(form === DRAFT ? { draft: true } : { version: form }),
          })
        : runWorkflowNode(workflow.id, node, values),
    meta: { inline: true },
    onSuccess: (run) =>
      navigate({
        to: "/w/$workspaceId/runs/$runId",
        params: { workspaceId: workflow.workspace_id, runId: run.id },
      }),
  });
  if (node !== undefined && !one) return <EmptyState title={t("workflows:run.noNode")} />;
  return (
    <div className="space-y-5">
      {one && (
        <Notice tone="info">{t("workflows:run.oneNode", { name: one.title || node })}</Notice>
      )}
      {broken && !one && <Notice tone="warning">{t("workflows:run.broken")}</Notice>}
      <InputsForm fields={fields} initial={initial} onSubmit={(values) => start.mutate(values)}>
        {start.isError && <ErrorNotice error={start.error} />}
        <Button variant="primary" type="submit" busy={start.isPending}>
          <Play />
          {t("workflows:run.action")}
        </Button>
      </InputsForm>
    </div>
  );
}
