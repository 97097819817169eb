import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, Languages, LogOut, ServerCog, SunMoon, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { Avatar } from "@/ui/avatar";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuSeparator,
  MenuSub,
  MenuSubContent,
  MenuSubTrigger,
  MenuTrigger,
} from "@/ui/menu";
import { LocaleItems, ThemeItems } from "./preferences";
import { useMe } from "./session";

export function UserMenu() {
  const { t } = useTranslation();
  const { user } = useMe();
  const signOut = useMutation({
    mutationFn: () => api.post("/auth/sign-out"),
    // A full load, so that nothing of this user stays in memory.
    onSuccess: () => location.assign("/sign-in"),
  });
  return (
    <Menu>
      <MenuTrigger className="flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover">
        <Avatar name={user.name} />
        <span className="sr-only">{t("app:user.menu")}:</span>
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{user.name}</span>
        <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      </MenuTrigger>
      <MenuContent align="start" side="top" className="w-56">
        <MenuLabel className="truncate">{user.email}</MenuLabel>
        <MenuItem asChild>
          <Link to="/account">
            <UserRound />
            {t("app:user.account")}
          </Link>
        </MenuItem>
        {user.is_instance_admin && (
          <MenuItem asChild>
            <Link to="/admin">
              <ServerCog />
              {t("app:user.admin")}
            </Link>
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuSub>
          <MenuSubTrigger>
            <SunMoon />
            {t("app:theme.label")}
          </MenuSubTrigger>
          <MenuSubContent>
            <ThemeItems />
          </MenuSubContent>
        </MenuSub>
        <MenuSub>
          <MenuSubTrigger>
            <Languages />
            {t("app:language")}
          </MenuSubTrigger>
          <MenuSubContent>
            <LocaleItems />
          </MenuSubContent>
        </MenuSub>
        <MenuSeparator />
        <MenuItem onSelect={() => signOut.mutate()}>
          <LogOut />
          {t("app:user.signOut")}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
