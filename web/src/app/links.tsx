/** Links between features, which know each other by address only. */
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import type { Id } from "@/api/types";
import { useWorkspace } from "./session";

/** Pages of a workspace that other features lead to; a test finds each in the route tree. */
export const PAGES = {
  agents: "/w/$workspaceId/agents",
  agent: "/w/$workspaceId/agents/$agentId",
  workflows: "/w/$workspaceId/workflows",
  canvas: "/w/$workspaceId/workflows/$workflowId/canvas",
  models: "/w/$workspaceId/models",
  runs: "/w/$workspaceId/runs",
  run: "/w/$workspaceId/runs/$runId",
  members: "/w/$workspaceId/settings/members",
} as const;

/** A link to a page of the current workspace. */
export function WorkspaceLink({
  page,
  agentId,
  workflowId,
  runId,
  search,
  ...props
}: Omit<ComponentProps<"a">, "href"> & {
  page: keyof typeof PAGES;
  agentId?: Id;
  workflowId?: Id;
  runId?: Id;
  search?: Record<string, unknown>;
}) {
  const { id: workspaceId } = useWorkspace();
  const target = { to: PAGES[page], params: { workspaceId, agentId, workflowId, runId }, search };
  return <Link {...(target as unknown as LinkProps)} {...props} />;
}
