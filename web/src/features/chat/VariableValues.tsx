import { Braces, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AgentVariable } from "@/api/types";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

/** Values of the prompt's variables for this conversation, folded away. */
export function VariableValues({
  variables,
  values,
  onChange,
}: {
  variables: readonly AgentVariable[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const named = variables.filter(({ name }) => name !== "");
  if (named.length === 0) return null;
  return (
    <details className="group mb-2 text-[13px]">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1.5 rounded text-xs text-faint hover:text-soft">
        <Braces aria-hidden="true" className="size-3.5" />
        {t("chat:variables")}
        <ChevronRight aria-hidden="true" className="size-3 transition-transform group-open:rotate-90" />
      </summary>
      <div className="mt-2 grid max-h-48 gap-3 overflow-y-auto rounded-lg border border-line p-3 sm:grid-cols-2">
        {named.map((variable) => (
          <Field key={variable.name} label={variable.name} hint={variable.description || undefined}>
            <Input
              value={values[variable.name] ?? ""}
              placeholder={variable.default}
              onChange={(event) => {
                const { [variable.name]: _, ...rest } = values;
                const value = event.target.value;
                onChange(value === "" ? rest : { ...rest, [variable.name]: value });
              }}
            />
          </Field>
        ))}
      </div>
    </details>
  );
}
