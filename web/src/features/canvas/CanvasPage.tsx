/** The canvas of one workflow: loads it, then hands it to the editor. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { ErrorNotice } from "@/app/feedback";
import { NotFoundPage } from "@/app/NotFoundPage";
import { useTitle } from "@/app/Page";
import { nodeTypesQuery, workflowDraftQuery, workflowQuery } from "@/features/workflows/queries";
import { kindsOf } from "@/graph/kinds";
import { LoadingRows } from "@/ui/states";
import { Editor } from "./Editor";

export function CanvasPage() {
  const { t } = useTranslation();
  const { workflowId } = useParams({ from: "/app/w/$workspaceId/workflows/$workflowId/canvas" });
  const workflow = useQuery(workflowQuery(workflowId));
  // Always the server's: an older copy would be merged with what is newer than itself.
  const draft = useQuery({
    ...workflowDraftQuery(workflowId),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const specs = useQuery(nodeTypesQuery);
  const kinds = useMemo(() => specs.data && kindsOf(specs.data), [specs.data]);
  useTitle(workflow.data?.name);
  if (workflow.data && draft.data && kinds && (draft.isFetchedAfterMount || draft.isError))
    return <Editor key={workflowId} workflow={workflow.data} draft={draft.data} kinds={kinds} />;
  const failed = [workflow, draft, specs].find((query) => query.isError);
  if (failed && toApiError(failed.error).status === 404) return <NotFoundPage />;
  return (
    <div className="p-6">
      {failed ? (
        <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <LoadingRows label={t("common:loading")} />
      )}
    </div>
  );
}
