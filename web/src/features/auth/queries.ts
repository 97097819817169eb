import { queryOptions } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type {
  AuthOptions,
  InvitationPreview,
  Me,
  SetupInput,
  SignInInput,
  SignUpInput,
  WorkspaceRef,
} from "@/api/types";

export const authOptionsQuery = queryOptions({
  queryKey: ["auth-options"],
  queryFn: ({ signal }) => api.get<AuthOptions>("/auth/options", { signal }),
});

export const invitationQuery = (code: string) =>
  queryOptions({
    queryKey: ["invitation", code],
    queryFn: ({ signal }) => api.get<InvitationPreview>(path("invitations", code), { signal }),
    retry: false,
  });

export const setUp = (input: SetupInput) => api.post<Me>("/setup", input);
export const signIn = (input: SignInInput) => api.post<Me>("/auth/sign-in", input);
export const signUp = (input: SignUpInput) => api.post<Me>("/auth/sign-up", input);
export const acceptInvitation = (code: string) =>
  api.post<WorkspaceRef>(path("invitations", code, "accept"));
