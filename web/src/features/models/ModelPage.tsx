import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { useCan, useWorkspace } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { CapabilityBadges } from "./CapabilityBadges";
import { ModelForm } from "./ModelForm";
import { useMayEdit } from "./ModelsPage";
import { modelQuery, vendorsQuery } from "./queries";
import { vendorName } from "./VendorPicker";

function BackLink() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  return (
    <Button asChild variant="ghost">
      <Link to="/w/$workspaceId/models" params={{ workspaceId: workspace.id }}>
        <ArrowLeft />
        {t("models:title")}
      </Link>
    </Button>
  );
}

function useBack(): () => void {
  const navigate = useNavigate();
  const workspace = useWorkspace();
  return () =>
    void navigate({ to: "/w/$workspaceId/models", params: { workspaceId: workspace.id } });
}

export function NewModelPage() {
  const { t } = useTranslation();
  const back = useBack();
  const admin = useCan("admin");
  return (
    <Page
      title={t("models:new.title")}
      description={t("models:new.description")}
      className="max-w-2xl"
      actions={<BackLink />}
    >
      {admin ? (
        <ModelForm onSaved={back} />
      ) : (
        <Notice tone="warning">{t("errors:forbidden")}</Notice>
      )}
    </Page>
  );
}

export function ModelPage() {
  const { modelId } = useParams({ from: "/app/w/$workspaceId/models/$modelId" });
  const model = useQuery(modelQuery(modelId));
  const { t } = useTranslation();
  const back = useBack();
  const mayEdit = useMayEdit();
  return (
    <Page
      title={model.data?.name ?? t("models:title")}
      className="max-w-2xl"
      actions={<BackLink />}
    >
      <QueryView query={model}>
        {(data) =>
          mayEdit(data) ? (
            <ModelForm key={data.id} model={data} onSaved={back} />
          ) : (
            <ReadOnly model={data} />
          )
        }
      </QueryView>
    </Page>
  );
}

function ReadOnly({ model }: { model: Model }) {
  const { t } = useTranslation();
  const vendors = useQuery(vendorsQuery);
  const vendor = vendors.data?.find(({ id }) => id === model.vendor);
  const rows: [string, React.ReactNode][] = [
    [t("models:form.vendor"), vendor ? vendorName(vendor, t) : model.vendor],
    [
      t("models:find.model"),
      <span className="flex items-center gap-2">
        <code className="font-mono text-[13px]">{model.model}</code>
        {model.is_default && <Badge tone="accent">{t("models:badge.default")}</Badge>}
      </span>,
    ],
    [t("models:form.baseUrl"), model.base_url ?? "—"],
    [t("models:column.capabilities"), <CapabilityBadges capabilities={model.capabilities} />],
    [t("models:advanced.context"), model.context_window ?? "—"],
    [t("models:advanced.output"), model.max_output_tokens ?? "—"],
  ];
  return (
    <div className="space-y-4">
      <Notice tone="info">
        {model.read_only ? t("models:badge.readOnlyHint") : t("models:notYours")}
      </Notice>
      <dl className="divide-y divide-line rounded-lg border border-line">
        {rows.map(([label, value]) => (
          <div key={label} className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-2.5 text-[13px]">
            <dt className="w-48 shrink-0 text-soft">{label}</dt>
            <dd className="min-w-0 flex-1 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
