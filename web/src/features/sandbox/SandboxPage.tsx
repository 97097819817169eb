/** Where code of workflows and tools runs: the engines with their proof, and a place to try a snippet. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { Notice } from "@/ui/states";
import { EngineCard } from "./EngineCard";
import { enginesQuery } from "./queries";
import { SnippetPane } from "./SnippetPane";

export function SandboxPage() {
  const { t } = useTranslation();
  const engines = useQuery(enginesQuery);
  return (
    <Page title={t("sandbox:title")} description={t("sandbox:description")}>
      <QueryView query={engines}>
        {({ isolation, items }) => (
          <div className="space-y-8">
            {isolation === "local" && (
              <Notice tone="warning" title={t("sandbox:local.title")}>
                {t("sandbox:local.hint")}
              </Notice>
            )}
            <SnippetPane engines={items} />
            <section aria-label={t("sandbox:engines")} className="space-y-3">
              <h2 className="text-[15px] leading-6 font-semibold">{t("sandbox:engines")}</h2>
              {items.map((engine) => (
                <EngineCard key={engine.language} engine={engine} />
              ))}
            </section>
          </div>
        )}
      </QueryView>
    </Page>
  );
}
