import { useTranslation } from "react-i18next";
import { Toaster } from "@/ui/toast";

export function GlobalToaster() {
  const { t } = useTranslation();
  return <Toaster label={t("common:notifications")} closeLabel={t("common:action.close")} />;
}
