import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { z } from "zod";
import type { Command, SettingsItem } from "@/app/nav";
import { accountRoute } from "@/app/routes";

const tokens = createRoute({
  getParentRoute: () => accountRoute,
  path: "tokens",
  validateSearch: z.object({ create: z.boolean().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./TokensPage"), "TokensPage"),
});

export const accountRoutes = [tokens] as const;
export const nav: SettingsItem[] = [
  { label: "tokens:title", icon: KeyRound, to: "/account/tokens" },
];
export const commands: Command[] = [
  { label: "tokens:create.action", icon: KeyRound, to: "/account/tokens", search: { create: true } },
];
