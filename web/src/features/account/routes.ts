import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ShieldCheck, UserRound } from "lucide-react";
import type { SettingsItem } from "@/app/nav";
import { accountRoute } from "@/app/routes";

const profile = createRoute({
  getParentRoute: () => accountRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./ProfilePage"), "ProfilePage"),
});
const security = createRoute({
  getParentRoute: () => accountRoute,
  path: "security",
  component: lazyRouteComponent(() => import("./SecurityPage"), "SecurityPage"),
});

export const routes = [profile, security] as const;
export const nav: SettingsItem[] = [
  { label: "account:profile.title", icon: UserRound, to: "/account" },
  { label: "account:security.title", icon: ShieldCheck, to: "/account/security" },
];
