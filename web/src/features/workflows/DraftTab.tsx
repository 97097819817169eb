/** The draft as JSON: checked, saved with the revision that was read, and kept apart from others' changes. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import type { Finding, Workflow, WorkflowDocument, WorkflowDraft } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { queryClient } from "@/app/query";
import { useCan } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Findings } from "./Findings";
import {
  saveWorkflowDraft,
  validateWorkflow,
  workflowDraftQuery,
  workflowQuery,
  workflowReferencesQuery,
  workflowsKey,
} from "./queries";

export function DraftTab({ workflow }: { workflow: Workflow }) {
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), refetchOnWindowFocus: false });
  return <QueryView query={draft}>{(data) => <Editor workflow={workflow} loaded={data} />}</QueryView>;
}

const print = (document: unknown) => JSON.stringify(document, null, 2);

/** The document, or what the browser says of the JSON. */
function parse(text: string): { document: WorkflowDocument } | { fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { document: value as WorkflowDocument };
    return { fault: "{…}" };
  } catch (thrown) {
    return { fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function Editor({ workflow, loaded }: { workflow: Workflow; loaded: WorkflowDraft }) {
  const { t } = useTranslation();
  const format = useFormat();
  const builder = useCan("builder");
  const area = useRef<HTMLTextAreaElement>(null);
  /** What the text was made of: its revision goes back with the save. */
  const [base, setBase] = useState(loaded);
  const [text, setText] = useState(() => print(loaded.document));
  const [findings, setFindings] = useState<readonly Finding[]>(loaded.findings);
  const parsed = parse(text);
  const changed = text !== print(base.document);

  const take = (draft: WorkflowDraft, keepText = false) => {
    setBase(draft);
    setFindings(draft.findings);
    if (!keepText) setText(print(draft.document));
    queryClient.setQueryData(workflowDraftQuery(workflow.id).queryKey, draft);
  };
  const save = useMutation({
    mutationFn: (revision: number) => {
      if (!("document" in parsed)) throw new Error(parsed.fault);
      return saveWorkflowDraft(workflow.id, parsed.document, revision);
    },
    meta: { inline: true },
    onSuccess: async (draft) => {
      take(draft);
      toast({ title: t("workflows:draft.saved", { revision: draft.revision }) });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: workflowQuery(workflow.id).queryKey, exact: true }),
        queryClient.invalidateQueries({ queryKey: workflowReferencesQuery(workflow.id).queryKey }),
        queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) }),
      ]);
    },
  });
  const check = useMutation({
    mutationFn: (document: WorkflowDocument) => validateWorkflow(workflow.id, document),
    onSuccess: (validation) => setFindings(validation.findings),
  });
  const select = (finding: Finding) => {
    const at = text.indexOf(`"${finding.node}": {`);
    if (at < 0 || !area.current) return;
    area.current.focus();
    area.current.setSelectionRange(at, at + (finding.node?.length ?? 0) + 2);
    // Selecting scrolls nowhere by itself.
    const line = text.slice(0, at).split("\n").length - 3;
    area.current.scrollTop = Math.max(0, line) * 20;
  };
  const titleOf = (id: string) => (base.document as WorkflowDocument).nodes?.[id]?.title || id;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-faint max-sm:basis-full" data-revision={base.revision}>
          {t("workflows:draft.state", {
            revision: base.revision,
            who: base.updated_by_name || t("workflows:draft.somebody"),
            when: format.dateTime(base.updated_at),
          })}
        </p>
        <CopyButton
          size="sm"
          text={text}
          label={t("common:action.copy")}
          doneLabel={t("common:action.copied")}
        />
        <Button
          size="sm"
          disabled={"fault" in parsed}
          busy={check.isPending}
          onClick={() => "document" in parsed && check.mutate(parsed.document)}
        >
          {t("workflows:draft.check")}
        </Button>
        {builder && (
          <>
            <Button size="sm" disabled={!changed} onClick={() => take(base)}>
              {t("workflows:draft.revert")}
            </Button>
            <Button
              size="sm"
              variant="primary"
              disabled={!changed || "fault" in parsed}
              busy={save.isPending}
              onClick={() => save.mutate(base.revision)}
            >
              {t("common:action.save")}
            </Button>
          </>
        )}
      </div>
      {save.isError &&
        (toApiError(save.error).code === "draft_changed" ? (
          <Conflict
            workflow={workflow}
            onTheirs={(draft) => {
              save.reset();
              take(draft);
            }}
            onMine={(draft) => {
              take(draft, true);
              save.mutate(draft.revision);
            }}
          />
        ) : (
          <ErrorNotice error={save.error} />
        ))}
      {"fault" in parsed && (
        <Notice tone="warning" title={t("workflows:draft.notJson")} reference={parsed.fault} />
      )}
      <Textarea
        ref={area}
        spellCheck={false}
        readOnly={!builder}
        aria-label={t("workflows:draft.label")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-[min(60dvh,640px)] font-mono !text-xs !leading-5 whitespace-pre"
      />
      {findings.length > 0 ? (
        <Findings findings={findings} titleOf={titleOf} onSelect={select} />
      ) : (
        <p className="text-[13px] text-success-text">{t("workflows:findings.none")}</p>
      )}
    </div>
  );
}

/** Somebody saved in between: who and when, and the ways on. */
function Conflict({
  workflow,
  onTheirs,
  onMine,
}: {
  workflow: Workflow;
  onTheirs: (draft: WorkflowDraft) => void;
  onMine: (draft: WorkflowDraft) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const theirs = useQuery({ ...workflowDraftQuery(workflow.id), staleTime: 0, refetchOnMount: "always" });
  const draft = theirs.isFetching ? undefined : theirs.data;
  return (
    <Notice
      tone="warning"
      title={t("workflows:conflict.title")}
      className="flex-wrap"
      action={
        <span className="flex flex-wrap gap-2">
          <Button size="sm" busy={!draft} onClick={() => draft && onTheirs(draft)}>
            {t("workflows:conflict.theirs")}
          </Button>
          <Button size="sm" busy={!draft} onClick={() => draft && onMine(draft)}>
            {t("workflows:conflict.mine")}
          </Button>
        </span>
      }
    >
      {draft &&
        t("workflows:conflict.hint", {
          who: draft.updated_by_name || t("workflows:draft.somebody"),
          when: format.dateTime(draft.updated_at),
        })}
    </Notice>
  );
}
