import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bot, Plus } from "lucide-react";
import { z } from "zod";
import type { Command, NavItem, Searcher } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";
import { draftConversationQuery } from "@/features/chat/queries";
import { modelsQuery } from "@/features/models/queries";
import { agentQuery, agentsKey, draftQuery, listAgents, toolsQuery } from "./queries";

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "agents",
  validateSearch: z.object({ create: z.boolean().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./AgentsPage"), "AgentsPage"),
});
const builder = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "agents/$agentId",
  // Asked for while the page's code loads; the page shows how they went.
  loader: ({ context: { queryClient }, params: { workspaceId, agentId } }) => {
    void queryClient.prefetchQuery(agentQuery(agentId));
    void queryClient.prefetchQuery(draftQuery(agentId));
    void queryClient.prefetchQuery(draftConversationQuery(workspaceId, agentId));
    void queryClient.prefetchQuery(modelsQuery(workspaceId));
    void queryClient.prefetchQuery(toolsQuery);
  },
  component: lazyRouteComponent(() => import("./BuilderPage"), "BuilderPage"),
});
const snippets = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "agents/$agentId/api",
  component: lazyRouteComponent(() => import("./ApiPage"), "ApiPage"),
});

export const routes = [list, builder, snippets] as const;
export const nav: NavItem[] = [
  { label: "app:nav.agents", icon: Bot, to: "/w/$workspaceId/agents" },
];
export const commands: Command[] = [
  {
    label: "agents:create.action",
    icon: Plus,
    to: "/w/$workspaceId/agents",
    search: { create: true },
    role: "builder",
  },
];
export const searcher: Searcher = {
  label: "agents:title",
  icon: Bot,
  find: (workspaceId, query) => ({
    queryKey: [...agentsKey(workspaceId), "found", query],
    queryFn: async ({ signal }) => {
      const found = await listAgents(workspaceId, query, 8, signal);
      return found.map(({ id, name }) => ({
        id,
        name,
        to: "/w/$workspaceId/agents/$agentId" as const,
        params: { agentId: id },
      }));
    },
  }),
};
