import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { z } from "zod";
import { rootRoute } from "@/app/routes";
import { setupQuery } from "@/app/session";

const backTo = z.object({ redirect: z.string().optional().catch(undefined) });

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("./SetupPage"), "SetupPage"),
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: backTo,
  beforeLoad: async ({ context }) => {
    const { needed } = await context.queryClient.ensureQueryData(setupQuery);
    if (needed) throw redirect({ to: "/setup" });
  },
  component: lazyRouteComponent(() => import("./SignInPage"), "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-up",
  validateSearch: backTo.extend({ invitation: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./SignUpPage"), "SignUpPage"),
});

const invite = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invite/$code",
  component: lazyRouteComponent(() => import("./InvitePage"), "InvitePage"),
});

export const publicRoutes = [setup, signIn, signUp, invite] as const;
