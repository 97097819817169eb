/** Edit name and picture, duplicate, unpublish, delete: from the list and from the workflow's page. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { toApiError } from "@/api/errors";
import type { Workflow } from "@/api/types";
import { DuplicateDialog, nameSchema } from "@/app/DuplicateDialog";
import { ErrorNotice } from "@/app/feedback";
import { ProfileDialog } from "@/app/ProfileDialog";
import { queryClient } from "@/app/query";
import { IconPicker } from "@/features/agents/IconPicker";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/states";
import { FolderDialog, MoveDialog } from "./MoveDialogs";
import {
  deleteWorkflow,
  duplicateWorkflow,
  unpublishWorkflow,
  updateWorkflow,
  workflowQuery,
  workflowReferencesQuery,
  workflowsKey,
} from "./queries";

export type WorkflowAct = "edit" | "duplicate" | "folder" | "move" | "unpublish" | "delete";

export function WorkflowDialogs({
  workflow,
  act,
  onClose,
  onDeleted,
}: {
  workflow: Workflow;
  act: WorkflowAct;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const { t } = useTranslation();
  if (act === "edit") return <Edit workflow={workflow} onClose={onClose} />;
  if (act === "duplicate") return <Duplicate workflow={workflow} onClose={onClose} />;
  if (act === "folder") return <FolderDialog workflow={workflow} onClose={onClose} />;
  if (act === "move") return <MoveDialog workflow={workflow} onClose={onClose} />;
  if (act === "unpublish")
    return (
      <WithdrawDialog
        workflow={workflow}
        act="unpublish"
        label={t("workflows:unpublish.action")}
        withdraw={async (force) => {
          const saved = await unpublishWorkflow(workflow.id, force);
          queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
        }}
        onClose={onClose}
      />
    );
  return (
    <WithdrawDialog
      workflow={workflow}
      act="delete"
      label={t("common:action.delete")}
      withdraw={(force) => deleteWorkflow(workflow.id, force)}
      onClose={onClose}
      onDone={onDeleted}
    />
  );
}

export const workflowSchema = z.object({
  name: nameSchema,
  description: z.string().trim().max(2_000, "common:field.tooLong"),
  icon: z.string(),
});

function Edit({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ProfileDialog
      title={t("workflows:edit.action")}
      label={{
        name: t("workflows:field.name"),
        description: t("workflows:field.description"),
        descriptionHint: t("workflows:field.descriptionHint"),
      }}
      schema={workflowSchema}
      profile={workflow}
      picker={IconPicker}
      save={async (values) => {
        const saved = await updateWorkflow(workflow.id, values);
        queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
        await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
      }}
      onClose={onClose}
    />
  );
}

function Duplicate({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <DuplicateDialog
      title={t("workflows:duplicate.title", { name: workflow.name })}
      hint={t("workflows:duplicate.hint")}
      label={t("workflows:field.name")}
      action={t("workflows:duplicate.action")}
      name={t("workflows:duplicate.name", { name: workflow.name })}
      duplicate={async (name) => {
        const made = await duplicateWorkflow(workflow.id, name);
        await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
        onClose();
        await navigate({
          to: "/w/$workspaceId/workflows/$workflowId",
          params: { workspaceId: made.workspace_id, workflowId: made.id },
        });
      }}
      onClose={onClose}
    />
  );
}

/** Deletes or unpublishes; asks again, with the callers' names, when others call it. */
function WithdrawDialog({
  workflow,
  act,
  label,
  withdraw,
  onClose,
  onDone,
}: {
  workflow: Workflow;
  act: "delete" | "unpublish";
  label: string;
  withdraw: (force: boolean) => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
}) {
  const { t } = useTranslation();
  const action = useMutation({
    mutationFn: withdraw,
    meta: { inline: true },
    onSuccess: async () => {
      onClose();
      onDone?.();
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workflow.workspace_id) });
    },
  });
  const inUse = action.isError && toApiError(action.error).code === "workflow_in_use";
  const callers = useQuery({ ...workflowReferencesQuery(workflow.id), enabled: inUse, staleTime: 0 });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t(`workflows:${act}.title`, { name: workflow.name })}
      description={t(`workflows:${act}.hint`)}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="danger" busy={action.isPending} onClick={() => action.mutate(inUse)}>
            {inUse ? t(`workflows:${act}.force`) : label}
          </Button>
        </>
      }
    >
      {inUse ? (
        <Notice tone="warning" title={t(`workflows:${act}.inUse`)}>
          <ul className="list-disc pl-4">
            {callers.data?.map((caller) => <li key={`${caller.kind} ${caller.id} ${caller.version}`}>{caller.name}</li>)}
          </ul>
        </Notice>
      ) : (
        action.isError && <ErrorNotice error={action.error} />
      )}
    </Dialog>
  );
}
