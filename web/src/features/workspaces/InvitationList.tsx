import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Table, Td, Th, Tr } from "@/ui/table";
import { invitationsQuery, revokeInvitation } from "./queries";

/** Links that still work. */
export function InvitationList() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useWorkspace();
  const invitations = useQuery(invitationsQuery(id));
  const revoke = useMutation({
    mutationFn: (invitationId: string) => revokeInvitation(id, invitationId),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery(id).queryKey }),
  });
  return (
    <Section title={t("workspaces:invite.open")}>
      <QueryView query={invitations}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-faint">{t("workspaces:invite.none")}</p>
          ) : (
            <Table label={t("workspaces:invite.open")}>
              <thead>
                <tr>
                  <Th>{t("workspaces:members.role")}</Th>
                  <Th className="max-sm:hidden">{t("workspaces:invite.used")}</Th>
                  <Th>{t("workspaces:invite.expires")}</Th>
                  <Th />
                </tr>
              </thead>
              <tbody>
                {items.map((invitation) => (
                  <Tr key={invitation.id}>
                    <Td>{t(`common:role.${invitation.role}`)}</Td>
                    <Td className="tabular-nums max-sm:hidden">
                      {invitation.uses} / {invitation.max_uses}
                    </Td>
                    <Td className="whitespace-nowrap text-soft">
                      {format.dateTime(invitation.expires_at)}
                    </Td>
                    <Td className="text-right">
                      <Button
                        size="sm"
                        variant="ghost"
                        busy={revoke.isPending && revoke.variables === invitation.id}
                        onClick={() => revoke.mutate(invitation.id)}
                      >
                        {t("common:action.revoke")}
                      </Button>
                    </Td>
                  </Tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </QueryView>
    </Section>
  );
}
