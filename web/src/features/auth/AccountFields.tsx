import type { UseFormRegister } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

interface Values {
  name: string;
  email: string;
  password: string;
}

/** Name, e-mail and password of a new account. */
export function AccountFields<T extends Values>({
  register,
  errorOf,
}: {
  register: UseFormRegister<T>;
  errorOf: (name: never) => string | undefined;
}) {
  const { t } = useTranslation();
  const field = register as unknown as UseFormRegister<Values>;
  const error = errorOf as (name: keyof Values) => string | undefined;
  return (
    <>
      <Field label={t("auth:name")} error={error("name")}>
        <Input autoComplete="name" autoFocus className="h-10" {...field("name")} />
      </Field>
      <Field label={t("auth:email")} error={error("email")}>
        <Input type="email" autoComplete="username" className="h-10" {...field("email")} />
      </Field>
      <Field label={t("auth:password")} hint={t("auth:passwordHint")} error={error("password")}>
        <Input type="password" autoComplete="new-password" className="h-10" {...field("password")} />
      </Field>
    </>
  );
}
