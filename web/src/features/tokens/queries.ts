import { api, path } from "@/api/client";
import type { Id, NewToken, TokenInput } from "@/api/types";

export const tokensKey = ["me", "tokens"] as const;
export const tokensPath = "/me/tokens";

export const createToken = (input: TokenInput) => api.post<NewToken>(tokensPath, input);
export const revokeToken = (id: Id) => api.delete(path("me", "tokens", id));
