import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Id } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { queryClient } from "@/app/query";
import { useMe } from "@/app/session";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/choice";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { EXPIRIES, expiryDays, ExpiryField } from "./ExpiryField";
import { createToken, tokensKey } from "./queries";
import { SecretDialog } from "./SecretDialog";

const PERMISSIONS = ["full", "build", "run", "read"] as const;

const schema = z.object({
  name: z.string().trim().min(1, "common:field.required").max(64, "common:field.tooLong"),
  permissions: z.enum(PERMISSIONS),
  expiry: z.enum(EXPIRIES),
});

export function CreateTokenDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const [chosen, setChosen] = useState<Id[]>();
  const [secret, setSecret] = useState<string>();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { name: "", permissions: "full", expiry: "90" },
    submit: async ({ name, permissions, expiry }) => {
      const token = await createToken({
        name,
        permissions,
        expires_in_days: expiryDays(expiry),
        ...(chosen && { workspace_ids: chosen }),
      });
      await queryClient.invalidateQueries({ queryKey: tokensKey });
      onOpenChange(false);
      setSecret(token.secret);
      setChosen(undefined);
      form.reset();
    },
  });
  const permissions = form.watch("permissions");
  return (
    <>
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={t("tokens:create.title")}
        closeLabel={t("common:action.close")}
        footer={
          <>
            <Button onClick={() => onOpenChange(false)}>{t("common:action.cancel")}</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              busy={busy}
              disabled={chosen?.length === 0}
            >
              {t("common:action.create")}
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
          {failure && <ErrorNotice error={failure} />}
          <Field label={t("tokens:name")} hint={t("tokens:create.nameHint")} error={errorOf("name")}>
            <Input autoComplete="off" {...register("name")} />
          </Field>
          <Field label={t("tokens:permissions")} hint={t(`tokens:permissionHint.${permissions}`)}>
            <NativeSelect {...register("permissions")}>
              {PERMISSIONS.map((value) => (
                <option key={value} value={value}>
                  {t(`tokens:permission.${value}`)}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <ExpiryField {...register("expiry")} />
          <WorkspaceChoice chosen={chosen} onChange={setChosen} />
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

/** All workspaces (undefined), those of the future too, or the ticked ones. */
function WorkspaceChoice({
  chosen,
  onChange,
}: {
  chosen: Id[] | undefined;
  onChange: (chosen: Id[] | undefined) => void;
}) {
  const { t } = useTranslation();
  const { workspaces } = useMe();
  const baseId = useId();
  const toggle = (id: Id, on: boolean) =>
    onChange(on ? [...(chosen ?? []), id] : (chosen ?? []).filter((item) => item !== id));
  return (
    <div className="space-y-2">
      <Field label={t("tokens:scope")}>
        <NativeSelect
          value={chosen ? "some" : "all"}
          onChange={(event) => onChange(event.target.value === "all" ? undefined : [])}
        >
          <option value="all">{t("tokens:allWorkspaces")}</option>
          <option value="some">{t("tokens:someWorkspaces")}</option>
        </NativeSelect>
      </Field>
      {chosen && (
        <ul className="max-h-40 space-y-1 overflow-y-auto rounded-md border border-line p-2">
          {workspaces.map(({ id, name }) => (
            <li key={id} className="flex h-7 items-center gap-2">
              <Checkbox
                id={`${baseId}-${id}`}
                checked={chosen.includes(id)}
                onCheckedChange={(on) => toggle(id, on === true)}
              />
              <label htmlFor={`${baseId}-${id}`} className="min-w-0 flex-1 truncate text-[13px]">
                {name}
              </label>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
