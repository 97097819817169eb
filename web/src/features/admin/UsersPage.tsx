import { useMutation } from "@tanstack/react-query";
import { Ban, MoreHorizontal, RotateCcw, ShieldMinus, ShieldPlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AdminUser } from "@/api/types";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { PagesView, usePages } from "@/app/paging";
import { queryClient } from "@/app/query";
import { useMe } from "@/app/session";
import { Avatar } from "@/ui/avatar";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/ui/menu";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { updateUser, usersKey, usersPath } from "./queries";

export function UsersPage() {
  const { t } = useTranslation();
  const users = usePages<AdminUser>(usersKey, usersPath);
  return (
    <Page title={t("admin:users.title")} description={t("admin:users.description")}>
      <PagesView pages={users} empty={<EmptyState title={t("common:none")} />}>
        {(items) => (
          <Table label={t("admin:users.title")}>
            <thead>
              <tr>
                <Th>{t("admin:users.user")}</Th>
                <Th>{t("admin:users.state")}</Th>
                <Th>{t("admin:users.lastSignIn")}</Th>
                <Th>{t("admin:users.created")}</Th>
                <Th />
              </tr>
            </thead>
            <tbody>
              {items.map((user) => (
                <UserRow key={user.id} user={user} />
              ))}
            </tbody>
          </Table>
        )}
      </PagesView>
    </Page>
  );
}

function UserRow({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const update = useMutation({
    mutationFn: (input: Parameters<typeof updateUser>[1]) => updateUser(user.id, input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersKey }),
  });
  return (
    <Tr>
      <Td>
        <div className="flex items-center gap-2.5">
          <Avatar name={user.name} />
          <div className="min-w-0">
            <p className="font-medium">{user.name}</p>
            <p className="text-xs text-faint">{user.email}</p>
          </div>
        </div>
      </Td>
      <Td>
        <span className="flex gap-1.5">
          {user.is_instance_admin && <Badge tone="accent">{t("admin:users.admin")}</Badge>}
          {user.disabled ? (
            <Badge tone="danger">{t("admin:users.disabled")}</Badge>
          ) : (
            <Badge tone="success">{t("admin:users.active")}</Badge>
          )}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-soft">
        {user.last_sign_in_at ? format.ago(user.last_sign_in_at) : t("common:never")}
      </Td>
      <Td className="whitespace-nowrap text-soft">{format.date(user.created_at)}</Td>
      <Td className="w-10 text-right">
        {user.id !== me.user.id && (
          <Menu>
            <MenuTrigger asChild>
              <IconButton
                size="icon-sm"
                label={t("admin:users.actions", { name: user.name })}
                busy={update.isPending}
              >
                <MoreHorizontal />
              </IconButton>
            </MenuTrigger>
            <MenuContent align="end">
              <MenuItem
                onSelect={() => update.mutate({ is_instance_admin: !user.is_instance_admin })}
              >
                {user.is_instance_admin ? <ShieldMinus /> : <ShieldPlus />}
                {user.is_instance_admin ? t("admin:users.demote") : t("admin:users.promote")}
              </MenuItem>
              <MenuItem
                danger={!user.disabled}
                onSelect={() => update.mutate({ disabled: !user.disabled })}
              >
                {user.disabled ? <RotateCcw /> : <Ban />}
                {user.disabled ? t("admin:users.enable") : t("admin:users.disable")}
              </MenuItem>
            </MenuContent>
          </Menu>
        )}
      </Td>
    </Tr>
  );
}
