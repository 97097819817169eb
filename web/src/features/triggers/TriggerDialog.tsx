/** Makes or changes a trigger. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import type { SavedTrigger, Trigger, Workflow } from "@/api/types";
import { errorText } from "@/app/error-text";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { workflowVersionChoicesQuery } from "@/features/workflows/queries";
import { ChoiceCards, Switch } from "@/ui/choice";
import { Field, SettingRow } from "@/ui/field";
import { Input, NativeSelect, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { formOf, scheduleOf, triggerOf, triggerSchema, type TriggerForm, type TriggerKind } from "./form";
import { createTrigger, scheduleTimesQuery, updateTrigger } from "./queries";

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function TriggerDialog({
  workflow,
  kind,
  trigger,
  onSaved,
  onClose,
}: {
  workflow: Workflow;
  kind: TriggerKind;
  /** The one to be changed; nothing: a new one. */
  trigger?: Trigger;
  onSaved: (saved: SavedTrigger) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const versions = useQuery(workflowVersionChoicesQuery(workflow.id));
  const defaults = formOf(trigger, ownZone());
  const form = useApiForm({
    schema: triggerSchema,
    defaultValues: { ...defaults, name: trigger?.name ?? t(`triggers:kind.${kind}`) },
    submit: async (values) => {
      const input = triggerOf(kind, values);
      onSaved(await (trigger ? updateTrigger(trigger, input) : createTrigger(workflow.id, input)));
    },
  });
  return (
    <FormDialog
      form={form}
      className="max-w-xl"
      title={t(trigger ? "triggers:edit.title" : `triggers:create.${kind}`)}
      description={t(`triggers:kind.${kind}Hint`)}
      action={t(trigger ? "common:action.save" : "common:action.create")}
      onClose={onClose}
    >
      <Field label={t("triggers:field.name")} error={form.errorOf("name")}>
        <Input {...form.register("name")} />
      </Field>
      {kind === "webhook" ? <WebhookFields form={form.form} /> : <ScheduleFields {...form} />}
      <Field label={t("triggers:field.version")} hint={t("triggers:field.versionHint")}>
        <NativeSelect {...form.register("version")}>
          <option value="latest">{t("triggers:field.latest")}</option>
          {[...new Set([defaults.version, ...(versions.data ?? []).map(({ version }) => version)])]
            .filter((version) => version !== "latest")
            .map((version) => (
              <option key={version} value={version}>
                {version}
              </option>
            ))}
        </NativeSelect>
      </Field>
      <Field
        label={t("triggers:field.inputs")}
        optional={t("common:field.optional")}
        hint={t(`triggers:field.inputsHint.${kind}`)}
        error={form.errorOf("inputs")}
      >
        <Textarea
          className="font-mono text-[13px]"
          spellCheck={false}
          placeholder={kind === "webhook" ? '{ "name": "{{body.user.name}}" }' : '{ "day": "{{due_at}}" }'}
          {...form.register("inputs")}
        />
      </Field>
    </FormDialog>
  );
}

function WebhookFields({ form }: { form: UseFormReturn<TriggerForm> }) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceCards
        label={t("triggers:answer.label")}
        value={form.watch("answer")}
        onChange={(answer) => form.setValue("answer", answer)}
        choices={[
          { value: "async", title: t("triggers:answer.async"), description: t("triggers:answer.asyncHint") },
          { value: "wait", title: t("triggers:answer.wait"), description: t("triggers:answer.waitHint") },
        ]}
      />
      <SettingRow label={t("triggers:field.signed")} hint={t("triggers:field.signedHint")}>
        <Switch checked={form.watch("signed")} onCheckedChange={(signed) => form.setValue("signed", signed)} />
      </SettingRow>
    </>
  );
}

function ScheduleFields({ form, register, errorOf }: Pick<ReturnType<typeof useApiForm<TriggerForm>>, "form" | "register" | "errorOf">) {
  const { t } = useTranslation();
  const zones = useId();
  const values = form.watch();
  return (
    <>
      <Field label={t("triggers:field.repeats")}>
        <NativeSelect {...register("repeats")}>
          <option value="cron">{t("triggers:field.cron")}</option>
          <option value="every">{t("triggers:field.every")}</option>
        </NativeSelect>
      </Field>
      {values.repeats === "cron" ? (
        <Field label={t("triggers:field.cron")} hint={t("triggers:field.cronHint")} error={errorOf("cron")}>
          <Input className="font-mono" spellCheck={false} autoComplete="off" {...register("cron")} />
        </Field>
      ) : (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("triggers:field.every")} error={errorOf("every")}>
            <Input inputMode="numeric" {...register("every")} />
          </Field>
          <Field label={t("triggers:field.unit")}>
            <NativeSelect {...register("unit")}>
              <option value="minutes">{t("triggers:field.minutes")}</option>
              <option value="hours">{t("triggers:field.hours")}</option>
            </NativeSelect>
          </Field>
        </div>
      )}
      <Field label={t("triggers:field.zone")} error={errorOf("time_zone")}>
        <Input list={zones} spellCheck={false} autoComplete="off" {...register("time_zone")} />
      </Field>
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <NextTimes form={values} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("triggers:field.missed")}>
          <NativeSelect {...register("missed")}>
            <option value="run_once">{t("triggers:missed.run_once")}</option>
            <option value="skip">{t("triggers:missed.skip")}</option>
          </NativeSelect>
        </Field>
        <Field label={t("triggers:field.overlap")}>
          <NativeSelect {...register("overlap")}>
            <option value="allow">{t("triggers:overlap.allow")}</option>
            <option value="skip">{t("triggers:overlap.skip")}</option>
          </NativeSelect>
        </Field>
      </div>
    </>
  );
}

/** The next five times, as the server reckons them, in the zone of the schedule. */
function NextTimes({ form }: { form: TriggerForm }) {
  const { t, i18n } = useTranslation();
  // The times and the zone they are shown in are those of one schedule, also while somebody types.
  const schedule = JSON.parse(useDeferredValue(JSON.stringify(scheduleOf(form)))) as ReturnType<typeof scheduleOf>;
  const times = useQuery(scheduleTimesQuery(schedule));
  if (times.isError) return <Notice tone="warning">{errorText(toApiError(times.error))}</Notice>;
  if (times.data === undefined) return null;
  const format = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone: schedule.time_zone || "UTC",
  });
  return (
    <section className="rounded-lg bg-sunken px-3.5 py-2.5 text-[13px]" aria-live="polite" data-next-times>
      <h3 className="font-medium">{t("triggers:nextTimes")}</h3>
      <ol className="mt-1 text-soft tabular-nums">
        {times.data.map((time) => (
          <li key={time}>{format.format(new Date(time))}</li>
        ))}
      </ol>
    </section>
  );
}
