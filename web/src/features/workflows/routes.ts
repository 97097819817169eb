import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Plus, Upload, Workflow as WorkflowIcon } from "lucide-react";
import { z } from "zod";
import type { Command, NavItem, Searcher } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";
import { listWorkflows, nodeTypesQuery, workflowDraftQuery, workflowQuery, workflowsKey } from "./queries";

export const TABS = ["overview", "draft", "versions", "references", "triggers", "api"] as const;

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "workflows",
  validateSearch: z.object({
    create: z.boolean().optional().catch(undefined),
    import: z.boolean().optional().catch(undefined),
    /** Only those of this folder; empty: of none. */
    folder: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./WorkflowsPage"), "WorkflowsPage"),
});
const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "workflows/$workflowId",
  validateSearch: z.object({ tab: z.enum(TABS).optional().catch(undefined) }),
  // Asked for while the page's code loads; the page shows how they went.
  loader: ({ context: { queryClient }, params: { workflowId } }) => {
    void queryClient.prefetchQuery(workflowQuery(workflowId));
    void queryClient.prefetchQuery(workflowDraftQuery(workflowId));
    void queryClient.prefetchQuery(nodeTypesQuery);
  },
  component: lazyRouteComponent(() => import("./WorkflowPage"), "WorkflowPage"),
});
const run = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "workflows/$workflowId/run",
  validateSearch: z.object({
    /** A run whose inputs the form begins with. */
    from: z.string().optional().catch(undefined),
    /** Only this node of the draft. */
    node: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./StartRunPage"), "StartRunPage"),
});

export const routes = [list, detail, run] as const;
export const nav: NavItem[] = [
  { label: "app:nav.workflows", icon: WorkflowIcon, to: "/w/$workspaceId/workflows" },
];
export const commands: Command[] = [
  {
    label: "workflows:create.action",
    icon: Plus,
    to: "/w/$workspaceId/workflows",
    search: { create: true },
    role: "builder",
  },
  {
    label: "workflows:import.action",
    icon: Upload,
    to: "/w/$workspaceId/workflows",
    search: { import: true },
    role: "builder",
  },
];
export const searcher: Searcher = {
  label: "workflows:title",
  icon: WorkflowIcon,
  find: (workspaceId, query) => ({
    queryKey: [...workflowsKey(workspaceId), "found", query],
    queryFn: async ({ signal }) => {
      const found = await listWorkflows(workspaceId, query, 8, signal);
      return found.map(({ id, name }) => ({
        id,
        name,
        to: "/w/$workspaceId/workflows/$workflowId" as const,
        params: { workflowId: id },
      }));
    },
  }),
};
