/** Accounts, sessions, tokens, workspaces, OAuth, the instance. */
import type { Schemas } from "./base";

export type SetupStatus = Schemas["SetupStatus"];
export type SetupInput = Schemas["SetupInput"];
export type AuthOptions = Schemas["AuthOptions"];
export type SignUpInput = Schemas["SignUpInput"];
export type SignInInput = Schemas["SignInInput"];
export type User = Schemas["User"];
export type Me = Schemas["Me"];
export type Session = Schemas["Session"];
export type TokenPermissions = Schemas["Permissions"];
export type Token = Schemas["Token"];
export type NewToken = Schemas["NewToken"];
export type TokenInput = Schemas["TokenInput"];

export type WorkspaceRef = Schemas["WorkspaceRef"];
export type Workspace = Schemas["Workspace"];
export type WorkspaceInput = Schemas["WorkspaceInput"];
export type LimitSet = Schemas["LimitSet"];
export type WorkspaceLimits = Schemas["WorkspaceLimits"];
export type Member = Schemas["Member"];
export type Invitation = Schemas["Invitation"];
export type NewInvitation = Schemas["NewInvitation"];
export type InvitationInput = Schemas["InvitationInput"];
export type InvitationPreview = Schemas["InvitationPreview"];
export type ServiceAccount = Schemas["ServiceAccount"];

export type OAuthAppKind = Schemas["AppKind"];
export type OAuthApp = Schemas["OAuthApp"];
export type NewOAuthApp = Schemas["NewOAuthApp"];
export type OAuthAppInput = Schemas["OAuthAppInput"];
export type Consent = Schemas["Consent"];
export type ConsentInput = Schemas["ConsentInput"];
export type DeviceRequest = Schemas["DeviceRequest"];

export type AuditEntry = Schemas["AuditEntry"];
export type AdminUser = Schemas["AdminUser"];
export type SystemInfo = Schemas["SystemReport"];
