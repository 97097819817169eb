import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { workspaceSettingsRoute } from "@/app/routes";

const sandbox = createRoute({
  getParentRoute: () => workspaceSettingsRoute,
  path: "sandbox",
  component: lazyRouteComponent(() => import("./SandboxPage"), "SandboxPage"),
});

export const settingsRoutes = [sandbox] as const;
export const settingsNav: SettingsItem[] = [
  { label: "sandbox:title", icon: SquareTerminal, to: "/w/$workspaceId/settings/sandbox", role: "builder" },
];
