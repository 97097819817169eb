/** Forms that end in one API call: schema, submit, and where its failure shows. */
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, type DefaultValues, type FieldPath, type FieldValues } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { toApiError, type ApiError } from "@/api/errors";
import { errorText } from "./error-text";

/**
 * A react-hook-form whose schema messages are i18n keys. `submit` may throw an
 * ApiError: one that names a field of the form is shown there, any other in `failure`.
 */
export function useApiForm<Values extends FieldValues>({
  schema,
  defaultValues,
  submit,
}: {
  schema: z.ZodType<Values, Values>;
  // The schema alone says what the values are.
  defaultValues: NoInfer<DefaultValues<Values>>;
  submit: (values: Values) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues });
  const [failure, setFailure] = useState<ApiError>();
  const { errors, isSubmitting } = form.formState;

  const onSubmit = form.handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await submit(values);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.field !== undefined && error.field in values)
        form.setError(error.field as FieldPath<Values>, { message: errorText(error) });
      else setFailure(error);
    }
  });

  /** The field's error as text: a key of ours is translated, a server's sentence stays. */
  const errorOf = (name: FieldPath<Values>): string | undefined => {
    const message = (errors as Record<string, { message?: string } | undefined>)[name]?.message;
    if (message === undefined) return undefined;
    return /^[\w-]+:[\w.]+$/.test(message) ? t(message) : message;
  };

  return { form, register: form.register, onSubmit, errorOf, failure, busy: isSubmitting };
}
