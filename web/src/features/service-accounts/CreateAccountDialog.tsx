import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { accountsKey, createAccount } from "./queries";

const ROLES = ["viewer", "builder", "admin"] as const;
const schema = z.object({
  name: z.string().trim().min(1, "common:field.required").max(64, "common:field.tooLong"),
  role: z.enum(ROLES),
});

export function CreateAccountDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const { id } = useWorkspace();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { name: "", role: "builder" },
    submit: async (values) => {
      await createAccount(id, values);
      await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
      form.reset();
      onOpenChange(false);
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("serviceAccounts:create.action")}
      description={t("serviceAccounts:create.description")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("common:action.cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {t("common:action.create")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("serviceAccounts:name")} error={errorOf("name")}>
          <Input autoComplete="off" {...register("name")} />
        </Field>
        <Field
          label={t("workspaces:members.role")}
          hint={t(`common:roleHint.${form.watch("role")}`)}
        >
          <NativeSelect {...register("role")}>
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`common:role.${role}`)}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </form>
    </Dialog>
  );
}
