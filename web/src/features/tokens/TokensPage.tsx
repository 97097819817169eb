import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Token } from "@/api/types";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { useMe } from "@/app/session";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/states";
import { CreateTokenDialog } from "./CreateTokenDialog";
import { revokeToken, tokensKey, tokensPath } from "./queries";
import { TokenTable } from "./TokenTable";

export function TokensPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { create = false } = useSearch({ from: "/app/account/tokens" });
  const { workspaces } = useMe();
  const tokens = usePages<Token>(tokensKey, tokensPath);
  const setOpen = (open: boolean) =>
    void navigate({ to: "/account/tokens", search: open ? { create: true } : {}, replace: true });
  const scope = (token: Token) =>
    token.workspace_ids === null
      ? t("tokens:allWorkspaces")
      : token.workspace_ids
          .map((id) => workspaces.find((workspace) => workspace.id === id)?.name ?? id)
          .join(", ");
  const button = (
    <Button variant="primary" onClick={() => setOpen(true)}>
      <Plus />
      {t("tokens:create.action")}
    </Button>
  );
  return (
    <Page
      title={t("tokens:title")}
      description={t("tokens:description")}
      actions={button}
      className="max-w-4xl"
    >
      <PagesView
        pages={tokens}
        empty={
          <EmptyState icon={<KeyRound />} title={t("tokens:empty.title")} action={button}>
            {t("tokens:empty.hint")}
          </EmptyState>
        }
      >
        {(items) => (
          <TokenTable
            tokens={items}
            scope={scope}
            onRevoke={async (token) => {
              await revokeToken(token.id);
              await queryClient.invalidateQueries({ queryKey: tokensKey });
            }}
          />
        )}
      </PagesView>
      <CreateTokenDialog open={create} onOpenChange={setOpen} />
    </Page>
  );
}
