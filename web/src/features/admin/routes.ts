import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Server, UsersRound } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { adminRoute } from "@/app/routes";

const system = createRoute({
  getParentRoute: () => adminRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./SystemPage"), "SystemPage"),
});
const users = createRoute({
  getParentRoute: () => adminRoute,
  path: "users",
  component: lazyRouteComponent(() => import("./UsersPage"), "UsersPage"),
});

export const routes = [system, users] as const;
export const nav: SettingsItem[] = [
  { label: "admin:system.title", icon: Server, to: "/admin" },
  { label: "admin:users.title", icon: UsersRound, to: "/admin/users" },
];
