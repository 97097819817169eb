import { useMutation, useQuery } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Session } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { password, present } from "@/features/auth/fields";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { toast } from "@/ui/toast";
import { changePassword, revokeSession, sessionsQuery } from "./queries";
import { browserName } from "./user-agent";

export function SecurityPage() {
  const { t } = useTranslation();
  const sessions = useQuery(sessionsQuery);
  return (
    <Page title={t("account:security.title")} className="max-w-2xl">
      <div className="space-y-10">
        <PasswordForm />
        <Section
          title={t("account:sessions.title")}
          description={t("account:sessions.description")}
        >
          <QueryView query={sessions}>
            {({ items }) => (
              <Card className="divide-y divide-line">
                {items.map((session) => (
                  <SessionRow key={session.id} session={session} />
                ))}
              </Card>
            )}
          </QueryView>
        </Section>
      </div>
    </Page>
  );
}

const schema = z
  .object({ current: present, new: password, again: present })
  .refine((values) => values.new === values.again, {
    path: ["again"],
    message: "account:password.different",
  });

function PasswordForm() {
  const { t } = useTranslation();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { current: "", new: "", again: "" },
    submit: async (values) => {
      await changePassword({ current: values.current, new: values.new });
      form.reset();
      toast({ title: t("account:password.changed") });
      await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  return (
    <Section
      title={t("account:password.title")}
      description={t("account:password.description")}
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={t("account:password.current")} error={errorOf("current")}>
          <Input type="password" autoComplete="current-password" {...register("current")} />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t("account:password.new")}
            hint={t("auth:passwordHint")}
            error={errorOf("new")}
          >
            <Input type="password" autoComplete="new-password" {...register("new")} />
          </Field>
          <Field label={t("account:password.again")} error={errorOf("again")}>
            <Input type="password" autoComplete="new-password" {...register("again")} />
          </Field>
        </div>
        <Button type="submit" busy={busy}>
          {t("account:password.submit")}
        </Button>
      </form>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation();
  const format = useFormat();
  const revoke = useMutation({
    mutationFn: () => revokeSession(session.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const Icon = /mobile|android|iphone/i.test(session.user_agent) ? Smartphone : Laptop;
  return (
    <div className="flex items-center gap-3 px-4 py-3">
      <Icon aria-hidden="true" className="size-5 shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate" title={session.user_agent}>
            {browserName(session.user_agent) ?? t("account:sessions.unknown")}
          </span>
          {session.current && <Badge tone="accent">{t("account:sessions.current")}</Badge>}
        </p>
        <p className="text-xs text-faint">
          {session.ip} · {t("account:sessions.seen", { time: format.ago(session.last_seen_at) })}
        </p>
      </div>
      {!session.current && (
        <Button size="sm" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t("common:action.revoke")}
        </Button>
      )}
    </div>
  );
}
