import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Plus, SlidersHorizontal, Users } from "lucide-react";
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

export const appRoutes = [create] as const;
export const settingsRoutes = [general, members] as const;
export const settingsNav: SettingsItem[] = [
  { label: "workspaces:general.title", icon: SlidersHorizontal, to: "/w/$workspaceId/settings" },
  { label: "workspaces:members.title", icon: Users, to: "/w/$workspaceId/settings/members" },
];
export const commands: Command[] = [
  { label: "app:workspace.create", icon: Plus, to: "/workspaces/new" },
];
