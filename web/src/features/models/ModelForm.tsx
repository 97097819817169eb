/**
 * Adding or changing a model: vendor, connection, which model (found by asking
 * the vendor), the rest folded away, a test, save. Stands on its page and, as
 * `compact`, in the set-up wizard.
 */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import type { Model, Vendor } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { errorText } from "@/app/error-text";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Field, SettingRow } from "@/ui/field";
import { Switch } from "@/ui/choice";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { AdvancedFields } from "./AdvancedFields";
import { emptyValues, missing, toInput, toPatch, valuesOf, withVendor } from "./form-values";
import { ModelFinder } from "./ModelFinder";
import { createModel, modelQuery, modelsKey, updateModel, vendorsQuery } from "./queries";
import { TestPanel } from "./TestPanel";
import type { FormProps } from "./form-props";
import { VendorPicker, vendorName } from "./VendorPicker";

export function ModelForm({
  model,
  onSaved,
  compact = false,
}: {
  /** The model to change; none: a new one. */
  model?: Model;
  onSaved: (model: Model) => void;
  /** Only what a first model needs. */
  compact?: boolean;
}) {
  const vendors = useQuery(vendorsQuery);
  return (
    <QueryView query={vendors}>
      {(items) => (
        <Form
          // The wizard offers the offline model by itself.
          vendors={compact ? items.filter(({ id }) => id !== "offline") : items}
          model={model}
          onSaved={onSaved}
          compact={compact}
        />
      )}
    </QueryView>
  );
}

function Form({
  vendors,
  model,
  onSaved,
  compact,
}: {
  vendors: Vendor[];
  model: Model | undefined;
  onSaved: (model: Model) => void;
  compact: boolean;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [values, setValues] = useState(() => (model ? valuesOf(model) : emptyValues()));
  const vendor = vendors.find(({ id }) => id === values.vendor);
  const save = useMutation({
    mutationFn: () =>
      model
        ? updateModel(model.id, toPatch(values, model))
        : createModel(workspace.id, toInput(values)),
    meta: { inline: true },
    onSuccess: async (saved) => {
      queryClient.setQueryData(modelQuery(saved.id).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: modelsKey(workspace.id) });
      toast({ title: t("common:action.saved") });
      onSaved(saved);
    },
  });
  const failure = save.isError ? toApiError(save.error) : undefined;
  const errorOf = (field: string) =>
    failure?.field === field ? errorText(failure) : undefined;
  const form: FormProps = {
    values,
    change: (part) => setValues((before) => ({ ...before, ...part })),
    errorOf,
    model,
  };

  return (
    <form
      noValidate
      className="space-y-7"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Section title={t("models:form.vendor")}>
        {model ? (
          <p className="text-soft">{vendor ? vendorName(vendor, t) : model.vendor}</p>
        ) : (
          <VendorPicker
            vendors={vendors}
            value={values.vendor}
            onChange={(next) => setValues((before) => withVendor(before, next))}
          />
        )}
      </Section>
      {vendor && (
        <>
          {vendor.id === "offline" ? (
            <Notice tone="info">{t("models:form.offline")}</Notice>
          ) : (
            <Connection form={form} vendor={vendor} />
          )}
          <ModelFinder
            form={form}
            vendor={vendor}
            ready={missing(values, vendor, model?.has_key ?? false).length === 0}
          />
          <Field label={t("models:form.name")} hint={t("models:form.nameHint")} error={errorOf("name")}>
            <Input
              value={values.name}
              placeholder={values.model}
              onChange={(event) =>
                form.change({ name: event.target.value, named: event.target.value !== "" })
              }
            />
          </Field>
          {!compact && <AdvancedFields form={form} />}
          {!compact && (
            <SettingRow label={t("models:form.default")} hint={t("models:form.defaultHint")}>
              <Switch
                checked={values.is_default}
                onCheckedChange={(is_default) => form.change({ is_default })}
              />
            </SettingRow>
          )}
          <TestPanel form={form} />
          {failure && <ErrorNotice error={failure} />}
          <div className="flex gap-2 border-t border-line pt-4">
            <Button
              type="submit"
              variant="primary"
              busy={save.isPending}
              disabled={values.model.trim() === ""}
            >
              {model ? t("common:action.save") : t("models:form.add")}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}

function Connection({ form, vendor }: { form: FormProps; vendor: Vendor }) {
  const { t } = useTranslation();
  const { values, change, errorOf, model } = form;
  return (
    <Section title={t("models:form.connection")}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t("models:form.baseUrl")}
          optional={vendor.needs_base_url ? undefined : t("common:field.optional")}
          error={errorOf("base_url")}
        >
          <Input
            type="url"
            inputMode="url"
            spellCheck={false}
            value={values.base_url}
            placeholder={vendor.default_base_url ?? "https://"}
            onChange={(event) => change({ base_url: event.target.value })}
          />
        </Field>
        <Field
          label={t("models:form.key")}
          optional={vendor.needs_key ? undefined : t("common:field.optional")}
          hint={t("models:form.keyHint")}
          error={errorOf("api_key")}
        >
          <Input
            type="password"
            autoComplete="off"
            data-1p-ignore
            spellCheck={false}
            value={values.api_key}
            placeholder={model?.has_key ? t("models:form.keySaved") : ""}
            onChange={(event) => change({ api_key: event.target.value })}
          />
        </Field>
        {vendor.extra_fields.map((field) => (
          <Field
            key={field.name}
            label={t(`models:extra.${field.name}`, { defaultValue: field.label })}
            optional={field.required ? undefined : t("common:field.optional")}
            error={errorOf(`extra.${field.name}`)}
          >
            <Input
              value={values.extra[field.name] ?? ""}
              onChange={(event) =>
                change({ extra: { ...values.extra, [field.name]: event.target.value } })
              }
            />
          </Field>
        ))}
      </div>
    </Section>
  );
}
