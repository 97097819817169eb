/** The frame around every signed-in page: navigation, palette, content. */
import { Outlet, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { CommandPalette } from "./CommandPalette";
import { Logo } from "./Logo";
import { Sidebar } from "./Sidebar";
import { useWorkspace } from "./session";

export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const workspace = useWorkspace();

  useEffect(() => setDrawer(false), [pathname]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setPalette((open) => !open);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  const openPalette = () => {
    setDrawer(false);
    setPalette(true);
  };

  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-popover"
      >
        {t("app:skip")}
      </a>
      <aside className="hidden w-58 shrink-0 border-r border-line bg-canvas md:block">
        <Sidebar onSearch={openPalette} />
      </aside>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-canvas px-2 md:hidden">
        <IconButton label={t("app:menu")} onClick={() => setDrawer(true)}>
          <MenuIcon />
        </IconButton>
        <Logo className="size-6" />
        <span className="min-w-0 truncate text-[13px] font-medium">{workspace.name}</span>
      </header>
      <Drawer open={drawer} onOpenChange={setDrawer} title={t("app:navLabel")}>
        <Sidebar onSearch={openPalette} />
      </Drawer>
      <main
        id="content"
        tabIndex={-1}
        className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-surface outline-none dark:bg-surface"
      >
        <Outlet />
      </main>
      <CommandPalette open={palette} onOpenChange={setPalette} />
    </div>
  );
}
