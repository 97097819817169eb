import { useTranslation } from "react-i18next";
import { Spinner } from "@/ui/spinner";

export function PagePending() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t("common:loading")}
      className="flex min-h-[40vh] items-center justify-center text-faint"
    >
      <Spinner className="size-5" />
    </div>
  );
}
