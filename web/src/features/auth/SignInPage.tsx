import { useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { ErrorNotice } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { startSession } from "@/app/session";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { AuthFrame } from "./AuthFrame";
import { email, present } from "./fields";
import { authOptionsQuery, signIn } from "./queries";
import { safeRedirect } from "./redirect";

const schema = z.object({ email, password: present });

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const search = useSearch({ from: "/sign-in" });
  const options = useQuery(authOptionsQuery);
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { email: "", password: "" },
    submit: async (values) => {
      startSession(await signIn(values));
      router.history.push(safeRedirect(search.redirect));
    },
  });
  const open = options.data !== undefined && options.data.registration !== "closed";
  return (
    <AuthFrame
      title={t("auth:signIn.title")}
      description={t("auth:signIn.description")}
      footer={
        open && (
          <>
            {t("auth:signIn.noAccount")}{" "}
            <Link to="/sign-up" search={search} className="font-medium text-accent-text hover:underline">
              {t("auth:signUp.link")}
            </Link>
          </>
        )
      }
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("auth:email")} error={errorOf("email")}>
          <Input type="email" autoComplete="username" autoFocus className="h-10" {...register("email")} />
        </Field>
        <Field label={t("auth:password")} error={errorOf("password")}>
          <Input type="password" autoComplete="current-password" className="h-10" {...register("password")} />
        </Field>
        <Button type="submit" variant="primary" size="lg" className="w-full" busy={busy}>
          {t("auth:signIn.submit")}
        </Button>
      </form>
    </AuthFrame>
  );
}
