/** Asks for the name of a copy and makes it. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { ErrorNotice } from "./feedback";
import { useApiForm } from "./form";

/** Of agents and workflows alike. */
export const nameSchema = z.string().trim().min(1, "common:field.required").max(100, "common:field.tooLong");

export function DuplicateDialog({
  title,
  hint,
  label,
  action,
  name,
  duplicate,
  onClose,
}: {
  title: string;
  hint: string;
  /** Of the field. */
  label: string;
  /** Of the button. */
  action: string;
  /** Proposed. */
  name: string;
  /** Makes the copy and goes there. */
  duplicate: (name: string) => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const { register, onSubmit, errorOf, failure, busy } = useApiForm({
    schema: z.object({ name: nameSchema }),
    defaultValues: { name },
    submit: (values) => duplicate(values.name),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={hint}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {failure && <ErrorNotice error={failure} />}
        <Field label={label} error={errorOf("name")}>
          <Input autoFocus {...register("name")} />
        </Field>
      </form>
    </Dialog>
  );
}
