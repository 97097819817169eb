import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";

/** What ran: the name at that time. */
export const programName = (run: Run): string =>
  run.program === "workflow" ? run.workflow_name : run.agent_name;

/** Which form of it. */
export function useProgramVersion(): (run: Run) => string {
  const { t } = useTranslation();
  return (run) => {
    if (run.program === "workflow") return run.workflow_version ?? t("runs:draft");
    return run.agent_version === null
      ? t("runs:draft")
      : t("runs:version", { version: run.agent_version });
  };
}

/** Leads to the agent or workflow that ran. */
export function ProgramLink({ run }: { run: Run }) {
  const version = useProgramVersion()(run);
  // Beside other words colour alone would not tell a link.
  const look = "text-accent-text underline decoration-accent-text/40 underline-offset-2 hover:decoration-accent-text";
  const params = { workspaceId: run.workspace_id };
  return (
    <>
      {run.workflow_id !== null ? (
        <Link
          to="/w/$workspaceId/workflows/$workflowId"
          params={{ ...params, workflowId: run.workflow_id }}
          className={look}
        >
          {run.workflow_name}
        </Link>
      ) : run.agent_id !== null ? (
        <Link
          to="/w/$workspaceId/agents/$agentId"
          params={{ ...params, agentId: run.agent_id }}
          className={look}
        >
          {run.agent_name}
        </Link>
      ) : (
        programName(run)
      )}{" "}
      <span className="text-faint">{version}</span>
    </>
  );
}
