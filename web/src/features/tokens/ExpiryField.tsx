import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/field";
import { NativeSelect } from "@/ui/input";

export const EXPIRIES = ["30", "90", "365", "never"] as const;
export type ExpiryChoice = (typeof EXPIRIES)[number];

/** Days for the wire; "never" is null. */
export const expiryDays = (choice: ExpiryChoice): number | null =>
  choice === "never" ? null : Number(choice);

export function ExpiryField(props: ComponentProps<"select">) {
  const { t } = useTranslation();
  return (
    <Field label={t("tokens:expires")}>
      <NativeSelect {...props}>
        {EXPIRIES.map((choice) => (
          <option key={choice} value={choice}>
            {choice === "never"
              ? t("tokens:noExpiry")
              : t("tokens:days", { count: Number(choice) })}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}
