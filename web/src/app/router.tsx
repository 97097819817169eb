/** The route tree, put together from the registry. */
import { createRouter } from "@tanstack/react-router";
import { handleUnauthenticated } from "@/api/client";
import { RouteError } from "./feedback";
import { NotFoundPage } from "./NotFoundPage";
import { PagePending } from "./PagePending";
import { queryClient } from "./query";
import {
  accountRoutes,
  adminRoutes,
  appRoutes,
  publicRoutes,
  workspaceRoutes,
  workspaceSettingsRoutes,
} from "./registry";
import {
  accountRoute,
  adminRoute,
  appRoute,
  indexRoute,
  rootRoute,
  workspaceRoute,
  workspaceSettingsRoute,
} from "./routes";
import { parseSearch, stringifySearch } from "./search";
import { meQuery } from "./session";

const routeTree = rootRoute.addChildren([
  ...publicRoutes,
  appRoute.addChildren([
    indexRoute,
    ...appRoutes,
    workspaceRoute.addChildren([
      ...workspaceRoutes,
      workspaceSettingsRoute.addChildren([...workspaceSettingsRoutes]),
    ]),
    accountRoute.addChildren([...accountRoutes]),
    adminRoute.addChildren([...adminRoutes]),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFoundPage,
  defaultPendingComponent: PagePending,
  scrollRestoration: true,
  scrollToTopSelectors: ["#content"],
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// A session that ended while the app was open. The first look at /me, with
// nobody known yet, is the route's business.
handleUnauthenticated(() => {
  if (queryClient.getQueryData(meQuery.queryKey) === undefined) return;
  const redirect = router.state.location.href;
  queryClient.clear();
  void router.navigate({ to: "/sign-in", search: { redirect } });
});
