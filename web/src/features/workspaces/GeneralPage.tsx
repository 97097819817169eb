import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workspace } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { meQuery, useCan, useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { CopyLine } from "@/ui/copy";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { toast } from "@/ui/toast";
import { workspaceSchema } from "./NewWorkspacePage";
import { deleteWorkspace, updateWorkspace, workspaceQuery } from "./queries";

export function GeneralPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const workspace = useQuery(workspaceQuery(id));
  return (
    <Page title={t("workspaces:general.title")} className="max-w-2xl">
      <QueryView query={workspace}>
        {(data) => (
          <div className="space-y-8">
            <GeneralForm key={data.id} workspace={data} />
            <DeleteWorkspace workspace={data} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function GeneralForm({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const editable = useCan("admin");
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: workspaceSchema,
    defaultValues: { name: workspace.name, description: workspace.description },
    submit: async (values) => {
      const saved = await updateWorkspace(workspace.id, values);
      queryClient.setQueryData(workspaceQuery(workspace.id).queryKey, saved);
      form.reset({ name: saved.name, description: saved.description });
      toast({ title: t("common:action.saved") });
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      {failure && <ErrorNotice error={failure} />}
      <Field label={t("workspaces:name")} error={errorOf("name")}>
        <Input disabled={!editable} {...register("name")} />
      </Field>
      <Field
        label={t("workspaces:description")}
        optional={t("common:field.optional")}
        error={errorOf("description")}
      >
        <Textarea disabled={!editable} {...register("description")} />
      </Field>
      <div className="space-y-1.5">
        <p className="text-[13px] font-medium">{t("workspaces:general.id")}</p>
        <CopyLine
          text={workspace.id}
          label={t("common:action.copy")}
          doneLabel={t("common:action.copied")}
        />
        <p className="text-xs text-faint">
          {t("workspaces:general.facts", {
            kind: t(`app:workspace.${workspace.kind}`),
            members: workspace.member_count,
            date: format.date(workspace.created_at),
          })}
        </p>
      </div>
      {editable && (
        <Button type="submit" variant="primary" busy={busy} disabled={!form.formState.isDirty}>
          {t("common:action.save")}
        </Button>
      )}
    </form>
  );
}

function DeleteWorkspace({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const owner = useCan("owner");
  const [open, setOpen] = useState(false);
  if (!owner || workspace.kind === "personal") return null;
  return (
    <Section title={t("workspaces:delete.section")}>
      <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="min-w-0 flex-1 text-[13px] text-soft">{t("workspaces:delete.hint")}</p>
        <Button variant="danger" onClick={() => setOpen(true)}>
          {t("workspaces:delete.action")}
        </Button>
      </Card>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t("workspaces:delete.title", { name: workspace.name })}
        description={t("workspaces:delete.hint")}
        confirmLabel={t("workspaces:delete.action")}
        onConfirm={async () => {
          await deleteWorkspace(workspace.id);
          await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
          await navigate({ to: "/" });
        }}
      />
    </Section>
  );
}
