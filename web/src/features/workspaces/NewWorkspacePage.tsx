import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { meQuery } from "@/app/session";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { createWorkspace } from "./queries";

export const workspaceSchema = z.object({
  name: z.string().trim().min(1, "common:field.required").max(64, "common:field.tooLong"),
  description: z.string().trim().max(500, "common:field.tooLong"),
});

export function NewWorkspacePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: workspaceSchema,
    defaultValues: { name: "", description: "" },
    submit: async (values) => {
      const workspace = await createWorkspace(values);
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({
        to: "/w/$workspaceId/settings/members",
        params: { workspaceId: workspace.id },
      });
    },
  });
  return (
    <Page
      title={t("app:workspace.create")}
      description={t("workspaces:new.description")}
      className="max-w-xl"
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("workspaces:name")} error={errorOf("name")}>
          <Input autoFocus {...register("name")} />
        </Field>
        <Field
          label={t("workspaces:description")}
          optional={t("common:field.optional")}
          error={errorOf("description")}
        >
          <Textarea {...register("description")} />
        </Field>
        <Button type="submit" variant="primary" busy={busy}>
          {t("workspaces:new.submit")}
        </Button>
      </form>
    </Page>
  );
}
