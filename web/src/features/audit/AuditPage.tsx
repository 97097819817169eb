import { ScrollText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { path } from "@/api/client";
import type { AuditEntry } from "@/api/types";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { useWorkspace } from "@/app/session";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";

export function WorkspaceAuditPage() {
  const { id } = useWorkspace();
  return <AuditPage scope={id} source={path("workspaces", id, "audit-log")} />;
}

export function InstanceAuditPage() {
  return <AuditPage scope="instance" source="/admin/audit-log" />;
}

function AuditPage({ scope, source }: { scope: string; source: string }) {
  const { t } = useTranslation();
  const entries = usePages<AuditEntry>(["audit-log", scope], source, { limit: 50 });
  return (
    <Page title={t("audit:title")} description={t("audit:description")}>
      <PagesView
        pages={entries}
        empty={
          <EmptyState icon={<ScrollText />} title={t("audit:empty.title")}>
            {t("audit:empty.hint")}
          </EmptyState>
        }
      >
        {(items) => (
          <Table label={t("audit:title")}>
            <thead>
              <tr>
                <Th>{t("audit:at")}</Th>
                <Th>{t("audit:actor")}</Th>
                <Th>{t("audit:action")}</Th>
                <Th>{t("audit:target")}</Th>
                <Th>{t("audit:ip")}</Th>
              </tr>
            </thead>
            <tbody>
              {items.map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
            </tbody>
          </Table>
        )}
      </PagesView>
    </Page>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  // Where an object has a name, it says more than its number.
  const { name, ...rest } = (entry.detail ?? {}) as Record<string, unknown>;
  const detail = Object.entries(rest);
  const did = `audit:did.${entry.action}`;
  return (
    <Tr>
      <Td className="whitespace-nowrap text-soft tabular-nums" title={entry.at}>
        {format.dateTime(entry.at)}
      </Td>
      <Td className="whitespace-nowrap">{entry.actor_name || "—"}</Td>
      <Td>
        {i18n.exists(did) ? (
          <span className="whitespace-nowrap" title={entry.action}>
            {t(did)}
          </span>
        ) : (
          <code className="rounded bg-hover px-1.5 py-0.5 font-mono text-xs whitespace-nowrap">
            {entry.action}
          </code>
        )}
      </Td>
      <Td>
        <p className="max-w-72 truncate" title={entry.target}>
          {typeof name === "string" ? name : entry.target}
        </p>
        {detail.length > 0 && (
          <p className="max-w-72 truncate font-mono text-xs text-faint">
            {detail.map(([key, value]) => `${key}=${String(value)}`).join(" ")}
          </p>
        )}
      </Td>
      <Td className="font-mono text-xs text-soft">{entry.ip}</Td>
    </Tr>
  );
}
