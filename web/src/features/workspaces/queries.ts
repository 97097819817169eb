import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  Id,
  Invitation,
  InvitationInput,
  LimitSet,
  List,
  Member,
  NewInvitation,
  Role,
  Workspace,
  WorkspaceInput,
  WorkspaceLimits,
} from "@/api/types";

export const workspaceQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workspaces", id],
    queryFn: ({ signal }) => api.get<Workspace>(path("workspaces", id), { signal }),
  });

export const limitsQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workspaces", id, "limits"],
    queryFn: ({ signal }) => api.get<WorkspaceLimits>(path("workspaces", id, "limits"), { signal }),
  });
export const setLimits = (id: Id, limits: LimitSet) =>
  api.put<WorkspaceLimits>(path("workspaces", id, "limits"), limits);

export const membersKey = (id: Id) => ["workspaces", id, "members"] as const;
export const membersPath = (id: Id) => path("workspaces", id, "members");

export const invitationsQuery = (id: Id) =>
  queryOptions({
    queryKey: ["workspaces", id, "invitations"],
    queryFn: ({ signal }) =>
      api.get<List<Invitation>>(path("workspaces", id, "invitations"), {
        signal,
        query: { limit: 100 },
      }),
  });

export const createWorkspace = (input: WorkspaceInput) =>
  api.post<Workspace>("/workspaces", input);
export const updateWorkspace = (id: Id, input: Partial<WorkspaceInput>) =>
  api.patch<Workspace>(path("workspaces", id), input);
export const deleteWorkspace = (id: Id) => api.delete(path("workspaces", id));
export const setMemberRole = (id: Id, userId: Id, role: Role) =>
  api.patch<Member>(path("workspaces", id, "members", userId), { role });
export const removeMember = (id: Id, userId: Id) =>
  api.delete(path("workspaces", id, "members", userId));
export const createInvitation = (id: Id, input: InvitationInput) =>
  api.post<NewInvitation>(path("workspaces", id, "invitations"), input);
export const revokeInvitation = (id: Id, invitationId: Id) =>
  api.delete(path("workspaces", id, "invitations", invitationId));
