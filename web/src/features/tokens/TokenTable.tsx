import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Token } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { useFormat } from "@/app/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Table, Td, Th, Tr } from "@/ui/table";

/** Tokens of a person or a service account. `scope` says what one reaches. */
export function TokenTable({
  tokens,
  scope,
  onRevoke,
}: {
  tokens: Token[];
  scope?: (token: Token) => string;
  onRevoke: (token: Token) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [revoking, setRevoking] = useState<Token>();
  return (
    <>
      <Table label={t("tokens:title")}>
        <thead>
          <tr>
            <Th>{t("tokens:name")}</Th>
            {scope && <Th>{t("tokens:scope")}</Th>}
            <Th>{t("tokens:lastUsed")}</Th>
            <Th>{t("tokens:expires")}</Th>
            <Th />
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <Tr key={token.id}>
              <Td>
                <p className="font-medium">{token.name}</p>
                <p className="font-mono text-xs text-faint">{token.prefix}</p>
              </Td>
              {scope && (
                <Td>
                  <p className="max-w-52 truncate text-soft">{scope(token)}</p>
                  <p className="text-xs text-faint">
                    {t(`tokens:permission.${token.permissions}`, token.permissions)}
                  </p>
                </Td>
              )}
              <Td className="whitespace-nowrap text-soft">
                {token.last_used_at ? format.ago(token.last_used_at) : t("common:never")}
              </Td>
              <Td className="whitespace-nowrap text-soft">
                <Expiry token={token} />
              </Td>
              <Td className="text-right">
                <Button size="sm" variant="ghost" onClick={() => setRevoking(token)}>
                  {t("common:action.revoke")}
                </Button>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={revoking !== undefined}
        onOpenChange={() => setRevoking(undefined)}
        title={t("tokens:revoke.title", { name: revoking?.name })}
        description={t("tokens:revoke.hint")}
        confirmLabel={t("common:action.revoke")}
        onConfirm={async () => {
          if (revoking) await onRevoke(revoking);
        }}
      />
    </>
  );
}

function Expiry({ token }: { token: Token }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (token.expires_at === null) return t("tokens:noExpiry");
  if (Date.parse(token.expires_at) < Date.now())
    return <Badge tone="danger">{t("tokens:expired")}</Badge>;
  return format.date(token.expires_at);
}
