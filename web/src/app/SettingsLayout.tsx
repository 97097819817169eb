/** Settings pages: a list of them at the left, the page at the right. */
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { settingsNav } from "./registry";
import { useMe, useWorkspace } from "./session";

const row =
  "flex h-8 items-center gap-2 rounded-md px-2 text-[13px] whitespace-nowrap text-soft transition-colors hover:bg-hover hover:text-text [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint";

export function SettingsLayout() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const groups = settingsNav(useMe(), workspace);
  return (
    <div className="flex min-h-full flex-col lg:flex-row">
      <nav
        aria-label={t("app:nav.settings")}
        className="flex shrink-0 gap-x-4 overflow-x-auto border-b border-line px-4 py-2 lg:w-52 lg:flex-col lg:gap-y-5 lg:border-r lg:border-b-0 lg:px-3 lg:py-6"
      >
        {groups.map((group) => (
          <div key={group.label} className="flex lg:block">
            <p className="hidden px-2 pb-1 text-xs text-faint lg:block">{t(group.label)}</p>
            <ul className="flex gap-0.5 lg:flex-col">
              {group.items.map((item) => (
                <li key={item.to}>
                  <Link
                    to={item.to}
                    params={{ workspaceId: workspace.id } as never}
                    activeOptions={{ exact: true }}
                    className={row}
                    activeProps={{
                      className: cn(row, "bg-hover font-medium text-text"),
                      "aria-current": "page",
                    }}
                  >
                    <item.icon aria-hidden="true" />
                    {t(item.label)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  );
}
