import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { requireMe } from "@/app/guards";
import { rootRoute } from "@/app/routes";

const welcome = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  validateSearch: z.object({
    step: z.enum(["model", "agent"]).catch("model"),
    /** Right after set-up: the steps are shown. */
    first: z.boolean().optional().catch(undefined),
  }),
  beforeLoad: requireMe,
  component: lazyRouteComponent(() => import("./WelcomePage"), "WelcomePage"),
});

export const publicRoutes = [welcome] as const;
