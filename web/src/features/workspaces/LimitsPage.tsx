/** How much workflows of a workspace and their runs may use, and how long ended runs are kept. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { WorkspaceLimits } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { useApiForm } from "@/app/form";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { useCan, useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { toast } from "@/ui/toast";
import { GROUPS, limitsOf, limitsSchema, shown, textsOf, unitOf, type LimitName } from "./limits";
import { limitsQuery, setLimits } from "./queries";

export function LimitsPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const limits = useQuery(limitsQuery(id));
  return (
    <Page
      title={t("workspaces:limits.title")}
      description={t("workspaces:limits.description")}
      className="max-w-2xl"
    >
      <QueryView query={limits}>{(data) => <LimitsForm key={id} workspaceId={id} limits={data} />}</QueryView>
    </Page>
  );
}

function LimitsForm({ workspaceId, limits }: { workspaceId: string; limits: WorkspaceLimits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const editable = useCan("admin");
  const { form, register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: limitsSchema,
    defaultValues: textsOf(limits.workspace),
    submit: async (texts) => {
      const saved = await setLimits(workspaceId, limitsOf(texts));
      queryClient.setQueryData(limitsQuery(workspaceId).queryKey, saved);
      form.reset(textsOf(saved.workspace));
      toast({ title: t("common:action.saved") });
    },
  });
  const hint = (name: LimitName) => {
    const most = limits.instance[name];
    const text = t(`workspaces:limits.hint.${name}`);
    if (most === null) return text;
    const value = unitOf(name) === "mib" ? `${shown(name, most)} MiB` : format.number(most);
    return `${text} ${t("workspaces:limits.instance", { value })}`;
  };
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-8">
      {failure && <ErrorNotice error={failure} />}
      {GROUPS.map((group) => (
        <Section key={group.id} title={t(`workspaces:limits.group.${group.id}`)}>
          <div className="grid gap-4 sm:grid-cols-2">
            {group.limits.map((name) => (
              <Field
                key={name}
                label={t(`workspaces:limits.name.${name}`)}
                hint={hint(name)}
                error={errorOf(name)}
              >
                <Input
                  inputMode="decimal"
                  disabled={!editable}
                  placeholder={t("workspaces:limits.none")}
                  {...register(name)}
                />
              </Field>
            ))}
          </div>
        </Section>
      ))}
      {editable && (
        <Button type="submit" variant="primary" busy={busy} disabled={!form.formState.isDirty}>
          {t("common:action.save")}
        </Button>
      )}
    </form>
  );
}
