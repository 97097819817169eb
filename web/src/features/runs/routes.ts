import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { z } from "zod";
import type { NavItem } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";

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

export const routes = [list, detail] as const;
export const nav: NavItem[] = [
  { label: "app:nav.runs", icon: Activity, to: "/w/$workspaceId/runs" },
];
