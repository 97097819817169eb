import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Cable } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { workspaceSettingsRoute } from "@/app/routes";

const list = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "service-accounts",
  component: lazyRouteComponent(() => import("./ServiceAccountsPage"), "ServiceAccountsPage"),
});

export const settingsRoutes = [list] as const;
export const settingsNav: SettingsItem[] = [
  {
    label: "serviceAccounts:title",
    icon: Cable,
    to: "/w/$workspaceId/settings/service-accounts",
    role: "admin",
  },
];
