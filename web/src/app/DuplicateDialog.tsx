/** Asks for the name of a copy and makes it. */
import { z } from "zod";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { useApiForm } from "./form";
import { FormDialog } from "./FormDialog";

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
  const form = useApiForm({
    schema: z.object({ name: nameSchema }),
    defaultValues: { name },
    submit: (values) => duplicate(values.name),
  });
  return (
    <FormDialog form={form} title={title} description={hint} action={action} onClose={onClose}>
      <Field label={label} error={form.errorOf("name")}>
        <Input autoFocus {...form.register("name")} />
      </Field>
    </FormDialog>
  );
}
