import { Link, useLocation } from "@tanstack/react-router";
import { Search, Settings } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { nav } from "./registry";
import type { NavItem } from "./nav";
import { useWorkspace } from "./session";
import { UserMenu } from "./UserMenu";
import { WorkspaceMenu } from "./WorkspaceMenu";

const SHORTCUT = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

const row =
  "flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-[13px] font-medium text-soft transition-colors hover:bg-hover hover:text-text [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint";
const current = "bg-hover text-text [&_svg]:text-accent-text";

function NavLink({ item, children }: { item: NavItem; children: ReactNode }) {
  const workspace = useWorkspace();
  return (
    <Link
      to={item.to}
      params={{ workspaceId: workspace.id } as never}
      activeOptions={{ exact: item.exact ?? false }}
      className={row}
      activeProps={{ className: cn(row, current), "aria-current": "page" }}
    >
      {children}
    </Link>
  );
}

/** Leads to the workspace's settings and stands for the account's and the instance's too. */
function SettingsLink() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { pathname } = useLocation();
  const here = /^\/(w\/[^/]+\/settings|account|admin)(\/|$)/.test(pathname);
  return (
    <Link
      to="/w/$workspaceId/settings"
      params={{ workspaceId: workspace.id }}
      aria-current={here ? "page" : undefined}
      className={cn(row, here && current)}
    >
      <Settings aria-hidden="true" />
      {t("app:nav.settings")}
    </Link>
  );
}

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex h-full flex-col">
      <div className="p-2.5 pb-1">
        <WorkspaceMenu />
      </div>
      <div className="px-2.5 py-1.5">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-surface px-2 text-[13px] text-faint transition-colors hover:border-line-strong hover:text-soft"
        >
          <Search className="size-3.5" aria-hidden="true" />
          <span className="flex-1 truncate text-left">{t("app:palette.open")}</span>
          <kbd className="font-sans text-[11px]">{SHORTCUT}</kbd>
        </button>
      </div>
      <nav aria-label={t("app:navLabel")} className="flex-1 space-y-0.5 overflow-y-auto px-2.5 py-1.5">
        {nav.map((item) => (
          <NavLink key={item.to} item={item}>
            <item.icon aria-hidden="true" />
            {t(item.label)}
          </NavLink>
        ))}
        <SettingsLink />
      </nav>
      <div className="border-t border-line p-2.5">
        <UserMenu />
      </div>
    </div>
  );
}
