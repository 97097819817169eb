import { api, path } from "@/api/client";
import type { Id, NewOAuthApp, OAuthApp, OAuthAppInput } from "@/api/types";

export const appsKey = (id: Id) => ["workspaces", id, "oauth-apps"] as const;
export const appsPath = (id: Id) => path("workspaces", id, "oauth-apps");

export const createApp = (id: Id, input: OAuthAppInput) =>
  api.post<NewOAuthApp>(appsPath(id), input);
export const updateApp = (
  id: Id,
  appId: Id,
  input: { name?: string; redirect_uris?: string[] },
) => api.patch<OAuthApp>(path("workspaces", id, "oauth-apps", appId), input);
export const deleteApp = (id: Id, appId: Id) =>
  api.delete(path("workspaces", id, "oauth-apps", appId));
