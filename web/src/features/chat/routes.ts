import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import type { NavItem } from "@/app/nav";
import { workspaceRoute } from "@/app/routes";

const page = () => import("./ChatPage");

const choose = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "chat",
  component: lazyRouteComponent(page, "ChooseAgentPage"),
});
const start = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "agents/$agentId/chat",
  component: lazyRouteComponent(page, "NewChatPage"),
});
const conversation = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "chat/$conversationId",
  component: lazyRouteComponent(page, "ConversationPage"),
});

export const routes = [choose, start, conversation] as const;
export const nav: NavItem[] = [
  { label: "chat:title", icon: MessagesSquare, to: "/w/$workspaceId/chat" },
];
