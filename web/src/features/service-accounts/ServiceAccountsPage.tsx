import { Cable, ChevronRight, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ServiceAccount, Token } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { TokenTable } from "@/features/tokens/TokenTable";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { cn } from "@/ui/cn";
import { EmptyState } from "@/ui/states";
import { CreateAccountDialog } from "./CreateAccountDialog";
import { CreateAccountTokenDialog } from "./CreateAccountTokenDialog";
import {
  accountsKey,
  accountsPath,
  accountTokensKey,
  accountTokensPath,
  deleteAccount,
  revokeAccountToken,
} from "./queries";

export function ServiceAccountsPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [creating, setCreating] = useState(false);
  const accounts = usePages<ServiceAccount>(accountsKey(id), accountsPath(id));
  const button = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus />
      {t("serviceAccounts:create.action")}
    </Button>
  );
  return (
    <Page
      title={t("serviceAccounts:title")}
      description={t("serviceAccounts:description")}
      actions={button}
      className="max-w-4xl"
    >
      <PagesView
        pages={accounts}
        empty={
          <EmptyState icon={<Cable />} title={t("serviceAccounts:empty.title")} action={button}>
            {t("serviceAccounts:empty.hint")}
          </EmptyState>
        }
      >
        {(items) => (
          <div className="space-y-3">
            {items.map((account, at) => (
              <AccountCard key={account.id} account={account} initiallyOpen={at === 0} />
            ))}
          </div>
        )}
      </PagesView>
      <CreateAccountDialog open={creating} onOpenChange={setCreating} />
    </Page>
  );
}

function AccountCard({
  account,
  initiallyOpen,
}: {
  account: ServiceAccount;
  initiallyOpen: boolean;
}) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [open, setOpen] = useState(initiallyOpen);
  const [deleting, setDeleting] = useState(false);
  return (
    <Card>
      <div className="flex items-center gap-2 p-2 pr-3">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden="true"
            className={cn("size-4 shrink-0 text-faint transition-transform", open && "rotate-90")}
          />
          <span className="truncate font-medium">{account.name}</span>
          <Badge>{t(`common:role.${account.role}`)}</Badge>
          <span className="ml-auto text-xs whitespace-nowrap text-faint">
            {t("serviceAccounts:tokenCount", { count: account.token_count })}
          </span>
        </button>
        <IconButton
          label={t("serviceAccounts:delete.action", { name: account.name })}
          size="icon-sm"
          onClick={() => setDeleting(true)}
        >
          <Trash2 />
        </IconButton>
      </div>
      {open && <AccountTokens account={account} />}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t("serviceAccounts:delete.title", { name: account.name })}
        description={t("serviceAccounts:delete.hint")}
        confirmLabel={t("common:action.delete")}
        onConfirm={async () => {
          await deleteAccount(id, account.id);
          await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
        }}
      />
    </Card>
  );
}

function AccountTokens({ account }: { account: ServiceAccount }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [creating, setCreating] = useState(false);
  const tokens = usePages<Token>(
    accountTokensKey(id, account.id),
    accountTokensPath(id, account.id),
  );
  const button = (
    <Button size="sm" onClick={() => setCreating(true)}>
      <Plus />
      {t("serviceAccounts:token.action")}
    </Button>
  );
  return (
    <div className="space-y-3 border-t border-line p-4">
      <PagesView
        pages={tokens}
        empty={<p className="text-[13px] text-faint">{t("serviceAccounts:token.none")}</p>}
      >
        {(items) => (
          <TokenTable
            tokens={items}
            onRevoke={async (token) => {
              await revokeAccountToken(id, account.id, token.id);
              await queryClient.invalidateQueries({ queryKey: accountsKey(id) });
            }}
          />
        )}
      </PagesView>
      {button}
      <CreateAccountTokenDialog account={account} open={creating} onOpenChange={setCreating} />
    </div>
  );
}
