import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut, UserPlus, UserX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member, Role } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { meQuery, useCan, useMe, useWorkspace } from "@/app/session";
import { Avatar } from "@/ui/avatar";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { NativeSelect } from "@/ui/input";
import { EmptyState, Notice } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { InviteDialog } from "./InviteDialog";
import { InvitationList } from "./InvitationList";
import { membersKey, membersPath, removeMember, setMemberRole } from "./queries";

export const ROLES: readonly Role[] = ["owner", "admin", "builder", "viewer"];

export function MembersPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const admin = useCan("admin");
  const [inviting, setInviting] = useState(false);
  const members = usePages<Member>(membersKey(workspace.id), membersPath(workspace.id));
  const invites = admin && workspace.kind === "team";
  return (
    <Page
      title={t("workspaces:members.title")}
      description={t("workspaces:members.description")}
      className="max-w-3xl"
      actions={
        invites && (
          <Button variant="primary" onClick={() => setInviting(true)}>
            <UserPlus />
            {t("workspaces:invite.action")}
          </Button>
        )
      }
    >
      <div className="space-y-8">
        {workspace.kind === "personal" && (
          <Notice tone="info">{t("workspaces:members.personal")}</Notice>
        )}
        <PagesView pages={members} empty={<EmptyState title={t("common:none")} />}>
          {(items) => <MemberTable members={items} editable={admin} />}
        </PagesView>
        {invites && <InvitationList />}
      </div>
      {invites && <InviteDialog open={inviting} onOpenChange={setInviting} />}
    </Page>
  );
}

function MemberTable({ members, editable }: { members: Member[]; editable: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { user } = useMe();
  const [leaving, setLeaving] = useState<Member>();
  return (
    <>
      <Table label={t("workspaces:members.title")}>
        <thead>
          <tr>
            <Th>{t("workspaces:members.member")}</Th>
            <Th>{t("workspaces:members.role")}</Th>
            <Th className="max-sm:hidden">{t("workspaces:members.joined")}</Th>
            <Th>
              <span className="sr-only">{t("common:action.more")}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <Tr key={member.user_id}>
              <Td>
                <div className="flex items-center gap-2.5">
                  <Avatar name={member.name} />
                  <div className="min-w-0">
                    <p className="flex items-center gap-1.5 font-medium">
                      {member.name}
                      {member.user_id === user.id && <Badge>{t("workspaces:members.you")}</Badge>}
                    </p>
                    <p className="text-xs text-faint">{member.email}</p>
                  </div>
                </div>
              </Td>
              <Td>
                {editable ? (
                  <RoleSelect member={member} />
                ) : (
                  t(`common:role.${member.role}`)
                )}
              </Td>
              <Td className="whitespace-nowrap text-soft max-sm:hidden">
                {format.date(member.joined_at)}
              </Td>
              <Td className="w-10 text-right">
                {(editable || member.user_id === user.id) && (
                  <IconButton
                    size="icon-sm"
                    label={
                      member.user_id === user.id
                        ? t("workspaces:members.leave")
                        : t("workspaces:members.remove", { name: member.name })
                    }
                    onClick={() => setLeaving(member)}
                  >
                    {member.user_id === user.id ? <LogOut /> : <UserX />}
                  </IconButton>
                )}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <RemoveDialog member={leaving} onClose={() => setLeaving(undefined)} />
    </>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const owner = useCan("owner");
  const change = useMutation({
    mutationFn: (role: Role) => setMemberRole(workspace.id, member.user_id, role),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: membersKey(workspace.id) }),
        queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
      ]),
  });
  // Only an owner makes or unmakes owners.
  const choices = ROLES.filter((role) => owner || role !== "owner" || member.role === "owner");
  return (
    <NativeSelect
      aria-label={t("workspaces:members.roleOf", { name: member.name })}
      className="w-32"
      value={change.isPending ? change.variables : member.role}
      disabled={change.isPending || (member.role === "owner" && !owner)}
      onChange={(event) => change.mutate(event.target.value as Role)}
    >
      {choices.map((role) => (
        <option key={role} value={role}>
          {t(`common:role.${role}`)}
        </option>
      ))}
    </NativeSelect>
  );
}

function RemoveDialog({ member, onClose }: { member: Member | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const { user } = useMe();
  const self = member?.user_id === user.id;
  return (
    <ConfirmDialog
      open={member !== undefined}
      onOpenChange={onClose}
      title={
        self
          ? t("workspaces:members.leaveTitle", { name: workspace.name })
          : t("workspaces:members.removeTitle", { name: member?.name })
      }
      description={t("workspaces:members.removeHint")}
      confirmLabel={self ? t("workspaces:members.leave") : t("common:action.remove")}
      onConfirm={async () => {
        if (!member) return;
        await removeMember(workspace.id, member.user_id);
        if (self) {
          await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
          await navigate({ to: "/" });
        } else {
          await queryClient.invalidateQueries({ queryKey: membersKey(workspace.id) });
        }
      }}
    />
  );
}
