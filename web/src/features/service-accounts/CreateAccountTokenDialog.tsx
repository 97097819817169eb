import { useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { ServiceAccount } from "@/api/types";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { EXPIRIES, expiryDays, ExpiryField } from "@/features/tokens/ExpiryField";
import { SecretDialog } from "@/features/tokens/SecretDialog";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { accountsKey, createAccountToken } from "./queries";

const schema = z.object({
  name: z.string().trim().min(1, "common:field.required").max(64, "common:field.tooLong"),
  expiry: z.enum(EXPIRIES),
});

export function CreateAccountTokenDialog({
  account,
  open,
  onOpenChange,
}: {
  account: ServiceAccount;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [secret, setSecret] = useState<string>();
  const dialog = useApiForm({
    schema,
    defaultValues: { name: "", expiry: "365" },
    submit: async ({ name, expiry }) => {
      const days = expiryDays(expiry);
      const token = await createAccountToken(id, account.id, {
        name,
        ...(days !== null && { expires_in_days: days }),
      });
      await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
      dialog.form.reset();
      onOpenChange(false);
      setSecret(token.secret);
    },
  });
  return (
    <>
      <FormDialog
        form={dialog}
        open={open}
        title={t("serviceAccounts:token.title", { name: account.name })}
        action={t("common:action.create")}
        onClose={() => onOpenChange(false)}
      >
        <Field label={t("tokens:name")} error={dialog.errorOf("name")}>
          <Input autoComplete="off" {...dialog.register("name")} />
        </Field>
        <ExpiryField {...dialog.register("expiry")} />
      </FormDialog>
      <SecretDialog
        secret={secret}
        title={t("tokens:create.done")}
        onClose={() => setSecret(undefined)}
      />
    </>
  );
}
