import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Boxes } from "lucide-react";
import type { Command, NavItem } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";

const page = () => import("./ModelPage");

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "models",
  component: lazyRouteComponent(() => import("./ModelsPage"), "ModelsPage"),
});
const create = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "models/new",
  component: lazyRouteComponent(page, "NewModelPage"),
});
const edit = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "models/$modelId",
  component: lazyRouteComponent(page, "ModelPage"),
});

export const routes = [list, create, edit] as const;
export const nav: NavItem[] = [
  { label: "app:nav.models", icon: Boxes, to: "/w/$workspaceId/models" },
];
export const commands: Command[] = [
  { label: "models:add", icon: Boxes, to: "/w/$workspaceId/models/new", role: "admin" },
];
