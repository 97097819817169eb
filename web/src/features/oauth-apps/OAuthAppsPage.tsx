import { AppWindow, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OAuthApp } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { SecretDialog } from "@/features/tokens/SecretDialog";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { AppDialog } from "./AppDialog";
import { appsKey, appsPath, deleteApp } from "./queries";

export function OAuthAppsPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [editing, setEditing] = useState<OAuthApp | "new">();
  const [deleting, setDeleting] = useState<OAuthApp>();
  const [secret, setSecret] = useState<string>();
  const apps = usePages<OAuthApp>(appsKey(id), appsPath(id));
  const button = (
    <Button variant="primary" onClick={() => setEditing("new")}>
      <Plus />
      {t("oauthApps:create.action")}
    </Button>
  );
  return (
    <Page
      title={t("oauthApps:title")}
      description={t("oauthApps:description")}
      actions={button}
      className="max-w-4xl"
    >
      <PagesView
        pages={apps}
        empty={
          <EmptyState icon={<AppWindow />} title={t("oauthApps:empty.title")} action={button}>
            {t("oauthApps:empty.hint")}
          </EmptyState>
        }
      >
        {(items) => <AppTable apps={items} onEdit={setEditing} onDelete={setDeleting} />}
      </PagesView>
      {editing && (
        <AppDialog
          app={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSecret={setSecret}
        />
      )}
      <SecretDialog
        secret={secret}
        title={t("oauthApps:clientSecret")}
        onClose={() => setSecret(undefined)}
      />
      <ConfirmDialog
        open={deleting !== undefined}
        onOpenChange={() => setDeleting(undefined)}
        title={t("oauthApps:delete.title", { name: deleting?.name })}
        description={t("oauthApps:delete.hint")}
        confirmLabel={t("common:action.delete")}
        onConfirm={async () => {
          if (deleting) await deleteApp(id, deleting.id);
          await queryClient.invalidateQueries({ queryKey: appsKey(id) });
        }}
      />
    </Page>
  );
}

function AppTable({
  apps,
  onEdit,
  onDelete,
}: {
  apps: OAuthApp[];
  onEdit: (app: OAuthApp) => void;
  onDelete: (app: OAuthApp) => void;
}) {
  const { t } = useTranslation();
  return (
    <Table label={t("oauthApps:title")}>
      <thead>
        <tr>
          <Th>{t("oauthApps:name")}</Th>
          <Th>{t("oauthApps:clientId")}</Th>
          <Th>{t("oauthApps:redirectUris")}</Th>
          <Th />
        </tr>
      </thead>
      <tbody>
        {apps.map((app) => (
          <Tr key={app.id}>
            <Td>
              <p className="font-medium">{app.name}</p>
              <Badge>{t(`oauthApps:kind.${app.kind}`)}</Badge>
            </Td>
            <Td>
              <span className="flex items-center gap-1 font-mono text-xs">
                {app.client_id}
                <CopyButton
                  iconOnly
                  text={app.client_id}
                  label={t("common:action.copy")}
                  doneLabel={t("common:action.copied")}
                />
              </span>
            </Td>
            <Td className="text-xs text-soft">
              {app.redirect_uris.length > 0 ? (
                <ul>
                  {app.redirect_uris.map((uri) => (
                    <li key={uri} className="max-w-60 truncate">
                      {uri}
                    </li>
                  ))}
                </ul>
              ) : (
                <span className="text-faint">—</span>
              )}
            </Td>
            <Td className="text-right whitespace-nowrap">
              <IconButton label={t("common:action.edit")} size="icon-sm" onClick={() => onEdit(app)}>
                <Pencil />
              </IconButton>
              <IconButton
                label={t("common:action.delete")}
                size="icon-sm"
                onClick={() => onDelete(app)}
              >
                <Trash2 />
              </IconButton>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
