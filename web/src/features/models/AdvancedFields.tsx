/** Capabilities, limits, parameters and price: right as found for most people. */
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe, useWorkspace } from "@/app/session";
import { Checkbox, Switch } from "@/ui/choice";
import { Field, SettingRow } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { FLAGS } from "./CapabilityBadges";
import type { FormProps } from "./form-props";
import type { FormValues } from "./form-values";
import { modelsQuery } from "./queries";

type TextField = {
  [Key in keyof FormValues]: FormValues[Key] extends string ? Key : never;
}[keyof FormValues];

export function AdvancedFields({ form }: { form: FormProps }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const { values, change, model } = form;
  return (
    <details className="group rounded-lg border border-line">
      <summary className="flex h-11 cursor-pointer list-none items-center gap-2 px-4 font-medium">
        <ChevronRight
          aria-hidden="true"
          className="size-4 text-faint transition-transform group-open:rotate-90"
        />
        {t("models:advanced.title")}
        <span className="truncate text-xs font-normal text-faint">{t("models:advanced.hint")}</span>
      </summary>
      <div className="space-y-6 border-t border-line p-4">
        <Group title={t("models:advanced.capabilities")}>
          <div className="grid gap-2.5 sm:grid-cols-2">
            {FLAGS.map((flag) => (
              <label key={flag} className="flex items-center gap-2 text-[13px]">
                <Checkbox
                  checked={values.capabilities[flag]}
                  onCheckedChange={(checked) =>
                    change({ capabilities: { ...values.capabilities, [flag]: checked === true } })
                  }
                />
                {t(`models:capability.${flag}`)}
              </label>
            ))}
          </div>
        </Group>
        <Group title={t("models:advanced.limits")}>
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField form={form} name="context_window" label={t("models:advanced.context")} />
            <NumberField form={form} name="max_output_tokens" label={t("models:advanced.output")} />
            <NumberField
              form={form}
              name="max_concurrency"
              label={t("models:advanced.concurrency")}
            />
            <NumberField form={form} name="timeout_seconds" label={t("models:advanced.timeout")} />
          </div>
        </Group>
        <Group title={t("models:advanced.defaults")}>
          <div className="grid gap-4 sm:grid-cols-3">
            <NumberField form={form} name="temperature" label={t("models:params.temperature")} step="0.1" />
            <NumberField form={form} name="top_p" label={t("models:params.topP")} step="0.05" />
            <NumberField form={form} name="max_tokens" label={t("models:params.maxTokens")} />
          </div>
        </Group>
        <Group title={t("models:advanced.price")}>
          <div className="grid gap-4 sm:grid-cols-3">
            <NumberField form={form} name="price_in" label={t("models:advanced.priceIn")} step="0.01" />
            <NumberField form={form} name="price_out" label={t("models:advanced.priceOut")} step="0.01" />
            <Field label={t("models:advanced.currency")}>
              <NativeSelect
                value={values.currency}
                onChange={(event) =>
                  change({ currency: event.target.value as FormValues["currency"] })
                }
              >
                <option value="USD">USD</option>
                <option value="CNY">CNY</option>
              </NativeSelect>
            </Field>
          </div>
        </Group>
        <Fallback form={form} />
        {user.is_instance_admin && !model && (
          <SettingRow label={t("models:advanced.shared")} hint={t("models:advanced.sharedHint")}>
            <Switch checked={values.shared} onCheckedChange={(shared) => change({ shared })} />
          </SettingRow>
        )}
      </div>
    </details>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-2.5 text-[13px] font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

function NumberField({
  form,
  name,
  label,
  step = "1",
}: {
  form: FormProps;
  name: TextField;
  label: string;
  step?: string;
}) {
  const { values, change, errorOf } = form;
  return (
    <Field label={label} error={errorOf(name) ?? errorOf(`defaults.${name}`)}>
      <Input
        type="number"
        min={0}
        step={step}
        value={values[name]}
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </Field>
  );
}

function Fallback({ form }: { form: FormProps }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id));
  const { values, change, errorOf, model } = form;
  const others = models.data?.filter(({ id, kind }) => id !== model?.id && kind === values.kind);
  return (
    <Field
      label={t("models:advanced.fallback")}
      hint={t("models:advanced.fallbackHint")}
      error={errorOf("fallback_model_id")}
    >
      <NativeSelect
        value={values.fallback_model_id}
        onChange={(event) => change({ fallback_model_id: event.target.value })}
      >
        <option value="">{t("common:none")}</option>
        {others?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}
