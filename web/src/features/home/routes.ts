import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { House } from "lucide-react";
import type { NavItem } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";

const home = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
});

export const routes = [home] as const;
export const nav: NavItem[] = [
  { label: "app:nav.home", icon: House, to: "/w/$workspaceId", exact: true },
];
