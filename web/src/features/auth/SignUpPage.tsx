import { useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { startAccount } from "@/app/session";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { AccountFields } from "./AccountFields";
import { AuthFrame } from "./AuthFrame";
import { email, name, password } from "./fields";
import { authOptionsQuery, signUp } from "./queries";
import { safeRedirect } from "./redirect";

const schema = z.object({ email, name, password });

export function SignUpPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/sign-up" });
  const options = useQuery(authOptionsQuery);
  return (
    <AuthFrame
      title={t("auth:signUp.title")}
      description={t("auth:signUp.description")}
      footer={
        <>
          {t("auth:signUp.haveAccount")}{" "}
          <Link
            to="/sign-in"
            search={{ redirect: search.redirect }}
            className="font-medium text-accent-text hover:underline"
          >
            {t("auth:signIn.submit")}
          </Link>
        </>
      }
    >
      <QueryView query={options}>
        {({ registration }) =>
          registration === "closed" && !search.invitation ? (
            <Notice tone="info">{t("auth:signUp.closed")}</Notice>
          ) : (
            <SignUpForm listed={registration === "listed"} />
          )
        }
      </QueryView>
    </AuthFrame>
  );
}

function SignUpForm({ listed }: { listed: boolean }) {
  const { t } = useTranslation();
  const router = useRouter();
  const { redirect, invitation } = useSearch({ from: "/sign-up" });
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { email: "", name: "", password: "" },
    submit: async (values) => {
      await startAccount(await signUp(invitation ? { ...values, invitation } : values));
      router.history.push(safeRedirect(redirect));
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      {listed && !invitation && <Notice tone="info">{t("auth:signUp.listed")}</Notice>}
      {failure && <ErrorNotice error={failure} />}
      <AccountFields register={register} errorOf={errorOf} />
      <Button type="submit" variant="primary" size="lg" className="w-full" busy={busy}>
        {t("auth:signUp.submit")}
      </Button>
    </form>
  );
}
