import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { AppWindow } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { workspaceSettingsRoute } from "@/app/routes";

const list = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "oauth-apps",
  component: lazyRouteComponent(() => import("./OAuthAppsPage"), "OAuthAppsPage"),
});

export const settingsRoutes = [list] as const;
export const settingsNav: SettingsItem[] = [
  {
    label: "oauthApps:title",
    icon: AppWindow,
    to: "/w/$workspaceId/settings/oauth-apps",
    role: "admin",
  },
];
