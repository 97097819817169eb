import type { AgentConfig, Problem } from "@/api/types";

/** What each part of the builder gets. */
export interface SectionProps {
  config: AgentConfig;
  edit: (part: Partial<AgentConfig>) => void;
  problems: readonly Problem[];
}
