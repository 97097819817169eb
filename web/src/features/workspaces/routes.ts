import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Gauge, Plus, SlidersHorizontal, Users } from "lucide-react";
import type { Command, SettingsItem } from "@/app/nav";
import { appRoute, workspaceSettingsRoute } from "@/app/routes";

const create = createRoute({
  getParentRoute: () => appRoute,
  path: "/workspaces/new",
  component: lazyRouteComponent(() => import("./NewWorkspacePage"), "NewWorkspacePage"),
});
const general = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./GeneralPage"), "GeneralPage"),
});
const members = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "members",
  component: lazyRouteComponent(() => import("./MembersPage"), "MembersPage"),
});
const limits = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "limits",
  component: lazyRouteComponent(() => import("./LimitsPage"), "LimitsPage"),
});

export const appRoutes = [create] as const;
export const settingsRoutes = [general, members, limits] as const;
export const settingsNav: SettingsItem[] = [
  { label: "workspaces:general.title", icon: SlidersHorizontal, to: "/w/$workspaceId/settings" },
  { label: "workspaces:members.title", icon: Users, to: "/w/$workspaceId/settings/members" },
  { label: "workspaces:limits.title", icon: Gauge, to: "/w/$workspaceId/settings/limits" },
];
export const commands: Command[] = [
  { label: "app:workspace.create", icon: Plus, to: "/workspaces/new" },
];
