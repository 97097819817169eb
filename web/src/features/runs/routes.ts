import { createRoute, lazyRouteComponent, notFound, redirect } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { z } from "zod";
import type { NavItem } from "@/app/nav";
import { appRoute, workspaceRoute } from "@/app/routes";
import { runOf } from "./debug-url";

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "runs",
  validateSearch: z.object({
    agent: z.string().optional().catch(undefined),
    workflow: z.string().optional().catch(undefined),
    status: z
      .enum(["queued", "running", "requires_action", "completed", "failed", "cancelled"])
      .optional()
      .catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./RunsPage"), "RunsPage"),
});
const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "runs/$runId",
  component: lazyRouteComponent(() => import("./RunPage"), "RunPage"),
});

/** The `debug_url` of Coze's API. */
const debugUrl = createRoute({
  getParentRoute: () => appRoute,
  path: "/work_flow",
  validateSearch: z.object({
    execute_id: z.string().optional().catch(undefined),
    space_id: z.string().optional().catch(undefined),
    workflow_id: z.string().optional().catch(undefined),
  }),
  beforeLoad: ({ search, context }) => {
    const place = runOf(search, context.me.workspaces);
    if (!place) throw notFound();
    throw redirect({ ...place, replace: true });
  },
});

export const appRoutes = [debugUrl] as const;
export const routes = [list, detail] as const;
export const nav: NavItem[] = [
  { label: "app:nav.runs", icon: Activity, to: "/w/$workspaceId/runs" },
];
