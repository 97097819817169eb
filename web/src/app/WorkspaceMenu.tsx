import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar } from "@/ui/avatar";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from "@/ui/menu";
import { useMe, useWorkspace } from "./session";

export function WorkspaceMenu() {
  const { t } = useTranslation();
  const { workspaces } = useMe();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  return (
    <Menu>
      <MenuTrigger className="flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover">
        <Avatar name={workspace.name} square />
        <span className="sr-only">{t("app:workspace.switch")}:</span>
        <span className="min-w-0 flex-1 truncate text-sm font-semibold">{workspace.name}</span>
        <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      </MenuTrigger>
      <MenuContent align="start" className="w-56">
        <MenuLabel>{t("app:palette.workspaces")}</MenuLabel>
        <MenuRadioGroup
          value={workspace.id}
          onValueChange={(workspaceId) =>
            void navigate({ to: "/w/$workspaceId", params: { workspaceId } })
          }
        >
          {workspaces.map((item) => (
            <MenuRadioItem key={item.id} value={item.id} className="h-9">
              <span className="flex items-center gap-2">
                <Avatar name={item.name} square className="size-5" />
                <span className="truncate">{item.name}</span>
                <span className="text-xs text-faint">{t(`app:workspace.${item.kind}`)}</span>
              </span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem asChild>
          <Link to="/workspaces/new">
            <Plus />
            {t("app:workspace.create")}
          </Link>
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
