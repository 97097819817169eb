import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { Locale } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { toastError } from "@/app/error-text";
import { useApiForm } from "@/app/form";
import { Page } from "@/app/Page";
import { chooseLocale } from "@/app/preferences";
import { queryClient } from "@/app/query";
import { meQuery, useMe } from "@/app/session";
import { setTheme, THEMES, useTheme, type Theme } from "@/app/theme";
import { name } from "@/features/auth/fields";
import { LOCALE_NAMES, LOCALES } from "@/i18n";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { toast } from "@/ui/toast";
import { updateMe } from "./queries";

const schema = z.object({ name });

export function ProfilePage() {
  const { t, i18n } = useTranslation();
  const { user } = useMe();
  const theme = useTheme();
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema,
    defaultValues: { name: user.name },
    submit: async (values) => {
      const me = await updateMe(values);
      queryClient.setQueryData(meQuery.queryKey, me);
      form.reset({ name: me.user.name });
      toast({ title: t("common:action.saved") });
    },
  });
  return (
    <Page title={t("account:profile.title")} className="max-w-2xl">
      <div className="space-y-8">
        <form onSubmit={onSubmit} noValidate className="space-y-4">
          {failure && <ErrorNotice error={failure} />}
          <Field label={t("auth:name")} error={errorOf("name")}>
            <Input autoComplete="name" {...register("name")} />
          </Field>
          <Field label={t("auth:email")}>
            <Input value={user.email} disabled readOnly />
          </Field>
          <Button type="submit" variant="primary" busy={busy} disabled={!form.formState.isDirty}>
            {t("common:action.save")}
          </Button>
        </form>
        <Section title={t("account:profile.preferences")}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t("app:language")}>
              <NativeSelect
                value={i18n.language}
                onChange={(event) =>
                  void chooseLocale(event.target.value as Locale).catch(toastError)
                }
              >
                {LOCALES.map((locale) => (
                  <option key={locale} value={locale} lang={locale}>
                    {LOCALE_NAMES[locale]}
                  </option>
                ))}
              </NativeSelect>
            </Field>
            <Field label={t("app:theme.label")}>
              <NativeSelect
                value={theme}
                onChange={(event) => setTheme(event.target.value as Theme)}
              >
                {THEMES.map((item) => (
                  <option key={item} value={item}>
                    {t(`app:theme.${item}`)}
                  </option>
                ))}
              </NativeSelect>
            </Field>
          </div>
        </Section>
      </div>
    </Page>
  );
}
