import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { workspaceRoute } from "@/app/routes";
import { nodeTypesQuery, workflowQuery } from "@/features/workflows/queries";

const canvas = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "workflows/$workflowId/canvas",
  validateSearch: z.object({
    /** A past run that is shown on the canvas. */
    run: z.string().optional().catch(undefined),
    /** Where in that run this workflow was called: `loop[2]/call/`. */
    at: z.string().optional().catch(undefined),
    /** The node that is shown first. */
    node: z.string().optional().catch(undefined),
  }),
  loader: ({ context: { queryClient }, params: { workflowId } }) => {
    void queryClient.prefetchQuery(workflowQuery(workflowId));
    void queryClient.prefetchQuery(nodeTypesQuery);
  },
  component: lazyRouteComponent(() => import("./CanvasPage"), "CanvasPage"),
});

export const routes = [canvas] as const;
