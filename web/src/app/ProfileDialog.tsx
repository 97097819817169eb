/** Changes name, description and picture of an agent or a workflow. */
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { useApiForm } from "./form";
import { FormDialog } from "./FormDialog";

export interface Profile {
  name: string;
  description: string;
  icon: string;
}

export function ProfileDialog({
  title,
  label,
  schema,
  profile: { name, description, icon },
  picker: Picker,
  save,
  onClose,
}: {
  title: string;
  /** Of the fields. */
  label: { name: string; description: string; descriptionHint?: string };
  schema: z.ZodType<Profile, Profile>;
  profile: Profile;
  /** Chooses the picture. */
  picker: ComponentType<{ name: string; value: string; onChange: (icon: string) => void }>;
  save: (profile: Profile) => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const dialog = useApiForm({
    schema,
    defaultValues: { name, description, icon },
    submit: async (values) => {
      await save(values);
      onClose();
    },
  });
  return (
    <FormDialog form={dialog} title={title} action={t("common:action.save")} onClose={onClose}>
      <Field label={label.name} error={dialog.errorOf("name")}>
        <Input {...dialog.register("name")} />
      </Field>
      <Field
        label={label.description}
        hint={label.descriptionHint}
        optional={t("common:field.optional")}
        error={dialog.errorOf("description")}
      >
        <Textarea {...dialog.register("description")} />
      </Field>
      <Picker
        name={dialog.form.watch("name")}
        value={dialog.form.watch("icon")}
        onChange={(next) => dialog.form.setValue("icon", next, { shouldDirty: true })}
      />
    </FormDialog>
  );
}
