import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main className="flex min-h-[70vh] flex-col items-center justify-center px-6 text-center">
      <p className="font-mono text-[13px] text-faint">404</p>
      <h1 className="mt-2 text-xl font-semibold">{t("common:notFound.title")}</h1>
      <p className="mt-2 max-w-sm text-soft">{t("common:notFound.hint")}</p>
      <Button asChild className="mt-6">
        <Link to="/">{t("common:notFound.home")}</Link>
      </Button>
    </main>
  );
}
