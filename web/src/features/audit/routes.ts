import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { adminRoute, workspaceSettingsRoute } from "@/app/routes";

const workspace = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "audit-log",
  component: lazyRouteComponent(() => import("./AuditPage"), "WorkspaceAuditPage"),
});
const instance = createRoute({
  getParentRoute: () => adminRoute,
  path: "audit-log",
  component: lazyRouteComponent(() => import("./AuditPage"), "InstanceAuditPage"),
});

export const settingsRoutes = [workspace] as const;
export const adminRoutes = [instance] as const;
export const settingsNav: SettingsItem[] = [
  { label: "audit:title", icon: ScrollText, to: "/w/$workspaceId/settings/audit-log", role: "admin" },
];
export const adminNav: SettingsItem[] = [
  { label: "audit:title", icon: ScrollText, to: "/admin/audit-log" },
];
