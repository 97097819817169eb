import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { ServiceAccount } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { EXPIRIES, expiryDays, ExpiryField } from "@/features/tokens/ExpiryField";
import { SecretDialog } from "@/features/tokens/SecretDialog";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
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
  const formId = useId();
  const { id } = useWorkspace();
  const [secret, setSecret] = useState<string>();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { name: "", expiry: "365" },
    submit: async ({ name, expiry }) => {
      const days = expiryDays(expiry);
      const token = await createAccountToken(id, account.id, {
        name,
        ...(days !== null && { expires_in_days: days }),
      });
      await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
      form.reset();
      onOpenChange(false);
      setSecret(token.secret);
    },
  });
  return (
    <>
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={t("serviceAccounts:token.title", { name: account.name })}
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
          <Field label={t("tokens:name")} error={errorOf("name")}>
            <Input autoComplete="off" {...register("name")} />
          </Field>
          <ExpiryField {...register("expiry")} />
        </form>
      </Dialog>
      <SecretDialog
        secret={secret}
        title={t("tokens:create.done")}
        onClose={() => setSecret(undefined)}
      />
    </>
  );
}
