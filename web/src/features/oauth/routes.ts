import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { requireMe } from "@/app/guards";
import { rootRoute } from "@/app/routes";

const text = z.coerce.string().optional().catch(undefined);

const authorize = createRoute({
  getParentRoute: () => rootRoute,
  path: "/oauth/authorize",
  validateSearch: z.object({
    client_id: text,
    redirect_uri: text,
    response_type: text,
    state: text,
    code_challenge: text,
    code_challenge_method: text,
    workspace_id: text,
  }),
  beforeLoad: requireMe,
  component: lazyRouteComponent(() => import("./AuthorizePage"), "AuthorizePage"),
});

const device = createRoute({
  getParentRoute: () => rootRoute,
  path: "/oauth/device",
  validateSearch: z.object({ user_code: text }),
  beforeLoad: requireMe,
  component: lazyRouteComponent(() => import("./DevicePage"), "DevicePage"),
});

export const publicRoutes = [authorize, device] as const;
