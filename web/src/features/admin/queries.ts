import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { AdminUser, Id, SystemInfo } from "@/api/types";

export const systemQuery = queryOptions({
  queryKey: ["admin", "system"],
  queryFn: ({ signal }) => api.get<SystemInfo>("/admin/system", { signal }),
  refetchInterval: 15_000,
});

export const usersKey = ["admin", "users"] as const;
export const usersPath = "/admin/users";
export const updateUser = (
  id: Id,
  input: { disabled?: boolean; is_instance_admin?: boolean },
) => api.patch<AdminUser>(path("admin", "users", id), input);
