/**
 * The fixed parents of all routes. A feature makes its routes below one of
 * these (`getParentRoute: () => workspaceRoute`) and exports them from its
 * `routes.ts`; `registry.ts` puts them into the tree.
 */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  redirect,
} from "@tanstack/react-router";
import { requireMe } from "./guards";
import { NotFoundPage } from "./NotFoundPage";
import { homeWorkspace, rememberWorkspace } from "./session";

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  notFoundComponent: NotFoundPage,
});

/** Signed in, inside the shell. No path of its own. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "app",
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
  notFoundComponent: NotFoundPage,
  beforeLoad: requireMe,
});

/** `/` leads to the home of the workspace last used. */
export const indexRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    const workspace = homeWorkspace(context.me);
    if (!workspace) throw notFound();
    throw redirect({
      to: "/w/$workspaceId",
      params: { workspaceId: workspace.id },
      replace: true,
    });
  },
});

/** Pages of one workspace. */
export const workspaceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/w/$workspaceId",
  notFoundComponent: NotFoundPage,
  beforeLoad: ({ context, params }) => {
    if (!context.me.workspaces.some((workspace) => workspace.id === params.workspaceId))
      throw notFound();
    rememberWorkspace(params.workspaceId);
  },
});

const settingsLayout = lazyRouteComponent(() => import("./SettingsLayout"), "SettingsLayout");

/** Settings of one workspace. */
export const workspaceSettingsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "settings",
  component: settingsLayout,
});

/** The user's own settings. */
export const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/account",
  component: settingsLayout,
});

/** Settings of the instance; for instance admins. */
export const adminRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/admin",
  component: settingsLayout,
  beforeLoad: ({ context }) => {
    if (!context.me.user.is_instance_admin) throw notFound();
  },
});
