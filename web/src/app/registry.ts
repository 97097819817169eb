/**
 * All features. To add one: export its routes (and nav, commands, searcher)
 * from `features/<noun>/routes.ts` and name them here. Nothing else lists features.
 */
import type { Me, WorkspaceRef } from "@/api/types";
import * as account from "@/features/account/routes";
import * as admin from "@/features/admin/routes";
import * as audit from "@/features/audit/routes";
import * as agents from "@/features/agents/routes";
import * as auth from "@/features/auth/routes";
import * as canvas from "@/features/canvas/routes";
import * as chat from "@/features/chat/routes";
import * as home from "@/features/home/routes";
import * as models from "@/features/models/routes";
import * as oauth from "@/features/oauth/routes";
import * as oauthApps from "@/features/oauth-apps/routes";
import * as sandbox from "@/features/sandbox/routes";
import * as serviceAccounts from "@/features/service-accounts/routes";
import * as tokens from "@/features/tokens/routes";
import * as welcome from "@/features/welcome/routes";
import * as runs from "@/features/runs/routes";
import * as workflows from "@/features/workflows/routes";
import * as workspaces from "@/features/workspaces/routes";
import type { Command, NavItem, Searcher, SettingsItem } from "./nav";
import { roleIncludes } from "./session";

/** Pages outside the shell. */
export const publicRoutes = [
  ...auth.publicRoutes,
  ...oauth.publicRoutes,
  ...welcome.publicRoutes,
] as const;

/** Pages below `/w/$workspaceId`. */
export const workspaceRoutes = [
  ...home.routes,
  ...agents.routes,
  ...workflows.routes,
  ...canvas.routes,
  ...chat.routes,
  ...models.routes,
  ...runs.routes,
] as const;

/** Pages inside the shell that belong to no workspace. */
export const appRoutes = [...workspaces.appRoutes, ...runs.appRoutes] as const;

/** Pages below `/w/$workspaceId/settings`. */
export const workspaceSettingsRoutes = [
  ...workspaces.settingsRoutes,
  ...serviceAccounts.settingsRoutes,
  ...oauthApps.settingsRoutes,
  ...sandbox.settingsRoutes,
  ...audit.settingsRoutes,
] as const;

/** Pages below `/account`. */
export const accountRoutes = [...account.routes, ...tokens.accountRoutes] as const;

/** Pages below `/admin`. */
export const adminRoutes = [...admin.routes, ...audit.adminRoutes] as const;

/** The left navigation, in order; Settings always ends it. */
export const nav: NavItem[] = [
  ...home.nav,
  ...agents.nav,
  ...workflows.nav,
  ...chat.nav,
  ...models.nav,
  ...runs.nav,
];

/** What can be created from the palette. */
export const commands: Command[] = [
  ...agents.commands,
  ...workflows.commands,
  ...models.commands,
  ...workspaces.commands, ...tokens.commands,
];

/** What the palette finds by name. */
export const searchers: Searcher[] = [agents.searcher, workflows.searcher];

/** The settings pages that this person may open. */
export function settingsNav(me: Me, workspace: WorkspaceRef) {
  const workspaceItems: SettingsItem[] = [
    ...workspaces.settingsNav,
    ...serviceAccounts.settingsNav,
    ...oauthApps.settingsNav,
    ...sandbox.settingsNav,
    ...audit.settingsNav,
  ];
  const groups: { label: string; items: SettingsItem[] }[] = [
    {
      label: "settings:group.workspace",
      items: workspaceItems.filter((item) => roleIncludes(workspace.role, item.role ?? "viewer")),
    },
    { label: "settings:group.account", items: [...account.nav, ...tokens.nav] },
  ];
  if (me.user.is_instance_admin)
    groups.push({ label: "settings:group.instance", items: [...admin.nav, ...audit.adminNav] });
  return groups;
}
