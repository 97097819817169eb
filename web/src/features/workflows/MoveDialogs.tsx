/** Into a folder, or to another workspace with what that leaves behind. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { toApiError } from "@/api/errors";
import type { MovedWorkflow, Workflow } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { useMe } from "@/app/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { Notice } from "@/ui/states";
import { moveWorkflow, workflowFoldersQuery } from "./around";
import { updateWorkflow, workflowQuery, workflowsKey } from "./queries";

/** Where else the workflow could live: workspaces that the user builds in. */
export function useOtherWorkspaces(workflow: Workflow) {
  const me = useMe();
  return me.workspaces.filter(({ id, role }) => id !== workflow.workspace_id && role !== "viewer");
}

export function FolderDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const listId = useId();
  const folders = useQuery(workflowFoldersQuery(workflow.workspace_id)).data ?? [];
  const form = useApiForm({
    schema: z.object({ folder: z.string().trim().max(100, "common:field.tooLong") }),
    defaultValues: { folder: workflow.folder },
    submit: async ({ folder }) => {
      const saved = await updateWorkflow(workflow.id, { folder });
      queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
      onClose();
    },
  });
  return (
    <FormDialog
      form={form}
      title={t("workflows:folder.action")}
      action={t("common:action.save")}
      onClose={onClose}
    >
      <Field label={t("workflows:folder.name")} hint={t("workflows:folder.nameHint")} error={form.errorOf("folder")}>
        <Input list={listId} {...form.register("folder")} />
      </Field>
      <datalist id={listId}>
        {folders.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </FormDialog>
  );
}

export function MoveDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const others = useOtherWorkspaces(workflow);
  const [to, setTo] = useState(others[0]?.id ?? "");
  const [moved, setMoved] = useState<MovedWorkflow>();
  const action = useMutation({
    mutationFn: (force: boolean) => moveWorkflow(workflow.id, to, force),
    meta: { inline: true },
    onSuccess: setMoved,
  });
  const inUse = action.isError && toApiError(action.error).code === "workflow_in_use";
  if (moved) return <Moved moved={moved} from={workflow} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("workflows:move.title", { name: workflow.name })}
      description={t("workflows:move.hint")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant={inUse ? "danger" : "primary"} busy={action.isPending} disabled={to === ""} onClick={() => action.mutate(inUse)}>
            {inUse ? t("workflows:move.force") : t("workflows:move.do")}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {inUse ? <Notice tone="warning" title={t("workflows:move.inUse")} /> : action.isError && <ErrorNotice error={action.error} />}
        <Field label={t("workflows:move.to")}>
          <NativeSelect value={to} onChange={(event) => setTo(event.target.value)}>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </div>
    </Dialog>
  );
}

/** It is there: what has to be chosen anew. */
function Moved({ moved, from, onClose }: { moved: MovedWorkflow; from: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workflow, left_behind, callers } = moved;
  const refresh = () =>
    Promise.all(
      [workflowsKey(from.workspace_id), workflowsKey(workflow.workspace_id), ["workflows", workflow.id]].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    );
  const leave = () => {
    onClose();
    void navigate({ to: "/w/$workspaceId/workflows", params: { workspaceId: from.workspace_id } }).then(refresh);
  };
  const open = async () => {
    await navigate({
      to: "/w/$workspaceId/workflows/$workflowId/canvas",
      params: { workspaceId: workflow.workspace_id, workflowId: workflow.id },
    });
    await refresh();
  };
  return (
    <Dialog
      open
      onOpenChange={leave}
      title={t("workflows:move.done", { name: workflow.name })}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={leave}>{t("common:action.close")}</Button>
          <Button variant="primary" onClick={() => void open()}>
            {t("workflows:import.open")}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        {left_behind.length === 0 && callers.length === 0 && <p className="text-[13px] text-soft">{t("workflows:move.whole")}</p>}
        {left_behind.length > 0 && (
          <Notice tone="warning" title={t("workflows:move.left")}>
            <ul className="list-disc pl-4">
              {left_behind.map(({ node, kind, id }) => (
                <li key={`${node} ${kind} ${id}`}>
                  {node}: {kind} <code className="font-mono text-xs">{id}</code>
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {callers.length > 0 && (
          <Notice tone="warning" title={t("workflows:move.callers")}>
            <ul className="list-disc pl-4">
              {callers.map((caller) => (
                <li key={`${caller.kind} ${caller.id} ${caller.version}`}>{caller.name}</li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
