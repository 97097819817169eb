import { useTranslation } from "react-i18next";
import { z } from "zod";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
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
  const { id } = useWorkspace();
  const dialog = useApiForm({
    schema,
    defaultValues: { name: "", role: "builder" },
    submit: async (values) => {
      await createAccount(id, values);
      await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
      dialog.form.reset();
      onOpenChange(false);
    },
  });
  return (
    <FormDialog
      form={dialog}
      open={open}
      title={t("serviceAccounts:create.action")}
      description={t("serviceAccounts:create.description")}
      action={t("common:action.create")}
      onClose={() => onOpenChange(false)}
    >
      <Field label={t("serviceAccounts:name")} error={dialog.errorOf("name")}>
        <Input autoComplete="off" {...dialog.register("name")} />
      </Field>
      <Field
        label={t("workspaces:members.role")}
        hint={t(`common:roleHint.${dialog.form.watch("role")}`)}
      >
        <NativeSelect {...dialog.register("role")}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`common:role.${role}`)}
            </option>
          ))}
        </NativeSelect>
      </Field>
    </FormDialog>
  );
}
