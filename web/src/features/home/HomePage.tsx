import { useTranslation } from "react-i18next";
import { Page } from "@/app/Page";
import { useMe } from "@/app/session";

export function HomePage() {
  const { t } = useTranslation();
  const { user } = useMe();
  return (
    <Page title={t("home:title", { name: user.name })}>
      <p />
    </Page>
  );
}
