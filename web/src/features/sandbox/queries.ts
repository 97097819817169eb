import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, SandboxEngines, Snippet, SnippetResult } from "@/api/types";

export const enginesQuery = queryOptions({
  queryKey: ["sandbox", "engines"],
  queryFn: ({ signal }) => api.get<SandboxEngines>("/sandbox/engines", { signal }),
});

export const runSnippet = (workspaceId: Id, snippet: Snippet) =>
  api.post<SnippetResult>(path("workspaces", workspaceId, "sandbox", "run"), snippet);
