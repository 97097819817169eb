import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { SetupStatus } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { setupQuery, startAccount } from "@/app/session";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import { AccountFields } from "./AccountFields";
import { AuthFrame } from "./AuthFrame";
import { email, name, password, present } from "./fields";
import { setUp } from "./queries";

/** The first page of a new instance: who owns it. The welcome pages follow. */
export function SetupPage() {
  const { t } = useTranslation();
  const setup = useQuery(setupQuery);
  return (
    <AuthFrame title={t("auth:setup.title")} description={t("auth:setup.description")}>
      <QueryView query={setup}>
        {(status) =>
          status.needed ? (
            <OwnerForm status={status} />
          ) : (
            <div className="space-y-4">
              <Notice tone="info">{t("errors:setup_done")}</Notice>
              <Button asChild variant="primary" size="lg" className="w-full">
                <Link to="/sign-in">{t("auth:signIn.submit")}</Link>
              </Button>
            </div>
          )
        }
      </QueryView>
    </AuthFrame>
  );
}

function OwnerForm({ status }: { status: SetupStatus }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: z.object({
      email,
      name,
      password,
      code: status.code_required ? present : z.string(),
    }),
    defaultValues: { email: "", name: "", password: "", code: "" },
    submit: async ({ code, ...account }) => {
      await startAccount(await setUp(status.code_required ? { ...account, code: code.trim() } : account));
      await navigate({ to: "/welcome", search: { step: "model", first: true } });
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      {failure && <ErrorNotice error={failure} />}
      <AccountFields register={register} errorOf={errorOf} />
      {status.code_required && (
        <Field label={t("auth:setup.code")} hint={t("auth:setup.codeHint")} error={errorOf("code")}>
          <Input autoComplete="one-time-code" className="h-10 font-mono" {...register("code")} />
        </Field>
      )}
      <Button type="submit" variant="primary" size="lg" className="w-full" busy={busy}>
        {t("auth:setup.submit")}
      </Button>
    </form>
  );
}
