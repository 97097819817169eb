import { api, path } from "@/api/client";
import type { Id, NewToken, Role, ServiceAccount } from "@/api/types";

export const accountsKey = (id: Id) => ["workspaces", id, "service-accounts"] as const;
export const accountsPath = (id: Id) => path("workspaces", id, "service-accounts");
export const accountTokensKey = (id: Id, accountId: Id) =>
  [...accountsKey(id), accountId, "tokens"] as const;
export const accountTokensPath = (id: Id, accountId: Id) =>
  path("workspaces", id, "service-accounts", accountId, "tokens");

export const createAccount = (id: Id, input: { name: string; role: Role }) =>
  api.post<ServiceAccount>(accountsPath(id), input);
export const deleteAccount = (id: Id, accountId: Id) =>
  api.delete(path("workspaces", id, "service-accounts", accountId));
export const createAccountToken = (
  id: Id,
  accountId: Id,
  input: { name: string; expires_in_days?: number },
) => api.post<NewToken>(accountTokensPath(id, accountId), input);
export const revokeAccountToken = (id: Id, accountId: Id, tokenId: Id) =>
  api.delete(path("workspaces", id, "service-accounts", accountId, "tokens", tokenId));
