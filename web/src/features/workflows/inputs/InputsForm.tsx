/** A form of typed values, also as JSON: what a run, or one node, is given. */
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ValueField } from "@/api/types";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
import { useInputs } from "./useInputs";
import { ValueFields } from "./ValueFields";
import { parseObject } from "./values";

export function InputsForm({
  fields,
  initial,
  onSubmit,
  children,
  className = "space-y-5",
}: {
  fields: readonly ValueField[];
  initial: Record<string, unknown>;
  onSubmit: (values: Record<string, unknown>) => void;
  /** Below the fields: what went wrong, and the button that submits. */
  children: ReactNode;
  className?: string;
}) {
  const { t } = useTranslation();
  const inputs = useInputs(fields, initial);
  // Values without a field of their own can only be written as JSON.
  const unnamed = Object.keys(initial).some((name) => !fields.some((field) => field.name === name));
  const [json, setJson] = useState<string | undefined>(() =>
    fields.length === 0 && unnamed ? JSON.stringify(initial, null, 2) : undefined,
  );
  const [fault, setFault] = useState(false);
  const submit = () => {
    const values = json === undefined ? inputs.submit() : parseObject(json);
    setFault(json !== undefined && values === undefined);
    if (values) onSubmit(values);
  };
  const toJson = () => setJson(JSON.stringify(inputs.soFar(), null, 2));
  const toForm = () => {
    inputs.fill((json !== undefined && parseObject(json)) || {});
    setJson(undefined);
  };
  return (
    <form
      className={className}
      noValidate
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        submit();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Tabs value={json === undefined ? "form" : "json"} onValueChange={(tab) => (tab === "json" ? toJson() : toForm())}>
        <TabList>
          <Tab value="form">{t("workflows:run.form")}</Tab>
          <Tab value="json">JSON</Tab>
        </TabList>
        <TabPanel value="form">
          {fields.length === 0 ? (
            <p className="text-[13px] text-soft">{t("workflows:run.noInputs")}</p>
          ) : (
            <ValueFields
              fields={fields}
              drafts={inputs.drafts}
              faults={inputs.faults}
              onChange={inputs.onChange}
            />
          )}
        </TabPanel>
        <TabPanel value="json">
          <Field label={t("workflows:run.inputs")} error={fault ? t("workflows:fault.object") : undefined}>
            <Textarea
              rows={12}
              spellCheck={false}
              className="font-mono !text-xs"
              value={json ?? ""}
              onChange={(event) => {
                setJson(event.target.value);
                setFault(false);
              }}
            />
          </Field>
        </TabPanel>
      </Tabs>
      {children}
    </form>
  );
}
