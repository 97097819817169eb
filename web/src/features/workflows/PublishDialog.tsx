import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpen, CircleCheck, GitCompare } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Finding, Workflow, WorkflowDocument, WorkflowVersion } from "@/api/types";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { ApiTab } from "./ApiTab";
import { DiffSummary } from "./DiffView";
import { Findings } from "./Findings";
import { PermissionList } from "./PermissionList";
import {
  publishWorkflow,
  workflowDraftQuery,
  workflowQuery,
  workflowsKey,
  workflowVersionsKey,
} from "./queries";
import { nextVersion } from "./version";

interface Ways {
  workflow: Workflow;
  onClose: () => void;
  /** Leads to a node, where there is a canvas to lead to. */
  onNode?: (id: string) => void;
  /** Shows what changed since this version. */
  onCompare?: (version: string) => void;
}

/** Makes the draft the version that others call; then tells how to call it. */
export function PublishDialog(ways: Ways) {
  const [made, setMade] = useState<WorkflowVersion>();
  return made ? (
    <Published workflow={ways.workflow} version={made} onClose={ways.onClose} />
  ) : (
    <Checklist {...ways} onMade={setMade} />
  );
}

function Checklist({ workflow, onClose, onNode, onCompare, onMade }: Ways & { onMade: (made: WorkflowVersion) => void }) {
  const { t } = useTranslation();
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), staleTime: 0 });
  const findings = draft.data?.findings ?? [];
  const errors = findings.filter(({ severity }) => severity === "error");
  const before = workflow.published_version;
  const form = useApiForm({
    schema: z.object({
      version: z.string().trim().regex(/^v\d{1,9}\.\d{1,9}\.\d{1,9}$/, "workflows:publish.versionForm"),
      notes: z.string().trim().max(5_000, "common:field.tooLong"),
    }),
    defaultValues: { version: nextVersion(workflow.published_version), notes: "" },
    submit: async ({ version, notes }) => {
      const made = await publishWorkflow(workflow.id, {
        version,
        revision: draft.data?.revision,
        ...(notes === "" ? {} : { notes }),
      });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: workflowQuery(workflow.id).queryKey, exact: true }),
        queryClient.invalidateQueries({ queryKey: workflowVersionsKey(workflow.id) }),
        queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) }),
      ]);
      onMade(made);
    },
  });
  const document = draft.data?.document as WorkflowDocument | undefined;
  return (
    <FormDialog
      form={form}
      className="max-w-xl"
      title={t("workflows:publish.title", { name: workflow.name })}
      description={t("workflows:publish.description")}
      action={t("workflows:publish.action")}
      waits={draft.isPending}
      disabled={errors.length > 0}
      error={draft.error}
      onClose={onClose}
    >
      {document && (
        <>
          <Part title={t("workflows:publish.checklist")}>
            {errors.length > 0 && <Notice tone="warning">{t("workflows:publish.errors", { count: errors.length })}</Notice>}
            {findings.length > 0 ? (
              <Findings
                findings={findings}
                titleOf={(id) => document.nodes?.[id]?.title || id}
                onSelect={onNode && ((finding: Finding) => finding.node && onNode(finding.node))}
              />
            ) : (
              <p className="flex items-center gap-2 text-[13px] text-soft">
                <CircleCheck aria-hidden="true" className="size-4 text-success-text" />
                {t("workflows:findings.none")}
              </p>
            )}
          </Part>
          <Part title={t("workflows:may.title")}>
            <PermissionList document={document} onNode={onNode} />
          </Part>
        </>
      )}
      {before !== null && (
        <Part title={t("workflows:versions.compareTitle")}>
          <div className="flex flex-wrap items-center gap-2">
            <DiffSummary workflowId={workflow.id} from={before} to="draft" />
            {onCompare && (
              <Button size="sm" onClick={() => onCompare(before)}>
                <GitCompare />
                {t("workflows:versions.compare")}
              </Button>
            )}
          </div>
        </Part>
      )}
      <Field
        label={t("workflows:publish.version")}
        hint={before === null ? undefined : t("workflows:publish.versionHint", { version: before })}
        error={form.errorOf("version")}
      >
        <Input className="font-mono" {...form.register("version")} />
      </Field>
      <Field
        label={t("workflows:publish.notes")}
        optional={t("common:field.optional")}
        error={form.errorOf("notes")}
      >
        <Textarea {...form.register("notes")} />
      </Field>
    </FormDialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-2">
      <h3 className="text-[13px] font-medium">{title}</h3>
      {children}
    </section>
  );
}

/** It is published: how it is called from now on. */
function Published({ workflow, version, onClose }: { workflow: Workflow; version: WorkflowVersion; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-3xl"
      title={t("workflows:publish.done", { version: version.version })}
      description={t("workflows:publish.callable")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button asChild>
            <Link
              to="/w/$workspaceId/workflows/$workflowId"
              params={{ workspaceId: workflow.workspace_id, workflowId: workflow.id }}
              search={{ tab: "api" }}
              onClick={onClose}
            >
              <BookOpen />
              {t("workflows:publish.api")}
            </Link>
          </Button>
          <Button variant="primary" onClick={onClose}>
            {t("common:action.done")}
          </Button>
        </>
      }
    >
      <ApiTab workflow={{ ...workflow, published_version: version.version }} />
    </Dialog>
  );
}
