/** Accounts, sessions, tokens, workspaces, OAuth, the instance. */
import type { Id, Role, Time } from "./base";

export interface SetupStatus {
  needed: boolean;
  code_required: boolean;
  version: string;
}
export interface SetupInput {
  email: string;
  name: string;
  password: string;
  code?: string;
}
export interface AuthOptions {
  registration: "open" | "listed" | "closed";
}
export interface SignUpInput {
  email: string;
  name: string;
  password: string;
  invitation?: string;
}
export interface SignInInput {
  email: string;
  password: string;
}
export interface User {
  id: Id;
  email: string;
  name: string;
  locale: string;
  is_instance_admin: boolean;
  created_at: Time;
}
export interface WorkspaceRef {
  id: Id;
  name: string;
  kind: "personal" | "team";
  role: Role;
}
export interface Me {
  user: User;
  workspaces: WorkspaceRef[];
}
export interface Session {
  id: Id;
  current: boolean;
  created_at: Time;
  last_seen_at: Time;
  expires_at: Time;
  user_agent: string;
  ip: string;
}
export type TokenPermissions = "read" | "run" | "build" | "full";
export interface Token {
  id: Id;
  name: string;
  prefix: string;
  workspace_ids: Id[] | null;
  permissions: string;
  created_at: Time;
  expires_at: Time | null;
  last_used_at: Time | null;
}
export type NewToken = Token & { secret: string };
export interface TokenInput {
  name: string;
  workspace_ids?: Id[];
  expires_in_days?: number | null;
  permissions?: TokenPermissions;
}

export interface Workspace extends WorkspaceRef {
  description: string;
  member_count: number;
  created_at: Time;
}
export interface WorkspaceInput {
  name: string;
  description?: string;
}
export interface Member {
  user_id: Id;
  name: string;
  email: string;
  role: Role;
  joined_at: Time;
}
export interface Invitation {
  id: Id;
  role: Role;
  created_at: Time;
  expires_at: Time;
  max_uses: number;
  uses: number;
}
export type NewInvitation = Invitation & { code: string; url: string };
export interface InvitationInput {
  role: Role;
  expires_in_days?: number;
  max_uses?: number;
}
export interface InvitationPreview {
  workspace_name: string;
  role: Role;
  inviter_name: string;
  expires_at: Time;
}
export interface ServiceAccount {
  id: Id;
  user_id: Id;
  name: string;
  role: Role;
  created_at: Time;
  token_count: number;
}
export type OAuthAppKind = "jwt" | "pkce" | "web" | "device";
export interface OAuthApp {
  id: Id;
  client_id: string;
  name: string;
  kind: OAuthAppKind;
  redirect_uris: string[];
  key_id: string | null;
  created_at: Time;
}
export type NewOAuthApp = OAuthApp & { client_secret?: string };
export interface OAuthAppInput {
  name: string;
  kind: OAuthAppKind;
  redirect_uris?: string[];
  public_key?: string;
  key_id?: string;
}
export interface Consent {
  app_name: string;
  workspace_name: string;
  redirect_uri: string;
  scopes: string[];
}
export interface ConsentInput {
  client_id: string;
  redirect_uri: string;
  state?: string;
  code_challenge?: string;
  code_challenge_method?: string;
  workspace_id?: Id;
  approve: boolean;
}
export interface DeviceRequest {
  app_name: string;
  workspace_name: string;
  expires_at: Time;
}
export interface AuditEntry {
  id: Id;
  at: Time;
  actor_id: Id | null;
  actor_name: string;
  action: string;
  target: string;
  ip: string;
  detail: Record<string, unknown>;
}
export type AdminUser = User & { disabled: boolean; last_sign_in_at: Time | null };
export interface SystemInfo {
  version: string;
  started_at: Time;
  settings: { name: string; value: string; origin: string }[];
  components: { name: string; state: "ok" | "degraded" | "down"; detail: string }[];
}
