import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { Id, List, Me, Session } from "@/api/types";

export const sessionsQuery = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: ({ signal }) => api.get<List<Session>>("/me/sessions", { signal }),
});

export const updateMe = (input: { name: string }) => api.patch<Me>("/me", input);
export const changePassword = (input: { current: string; new: string }) =>
  api.post("/me/password", input);
export const revokeSession = (id: Id) => api.delete(path("me", "sessions", id));
