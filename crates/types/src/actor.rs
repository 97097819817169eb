//! Who is acting and what he may see: the proof that every read needs (rule R13).
//!
//! An [`Actor`] is made only by authentication. It carries the workspaces it may act in, each with
//! a role. A [`Scope`] is what remains when a permission is asked for: the set of workspaces in
//! which the actor has it. Repositories take a scope, never an id alone.

use std::sync::Arc;

use crate::{ErrorKind, Failure, SessionId, TokenId, UserId, WorkspaceId};

/// What a member may do in a workspace. Each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything of the workspace, chats and runs.
    Viewer,
    /// Creates, edits and publishes.
    Builder,
    /// Manages members, models, service accounts and OAuth apps.
    Admin,
    /// Deletes the workspace and appoints owners.
    Owner,
}

impl Role {
    /// The stored and wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Builder => "builder",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the stored name; `None` when it is not a role.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Viewer, Self::Builder, Self::Admin, Self::Owner].into_iter().find(|r| r.as_str() == text)
    }
}

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Read objects of the workspace.
    View,
    /// Chat with agents, start runs, upload files for them.
    Run,
    /// Create, change, publish, delete objects.
    Build,
    /// Members, models, service accounts, OAuth apps, audit log.
    Administer,
    /// Delete the workspace, appoint owners.
    Own,
}

impl Permission {
    /// The least role that has it.
    pub const fn role(self) -> Role {
        match self {
            Self::View | Self::Run => Role::Viewer,
            Self::Build => Role::Builder,
            Self::Administer => Role::Admin,
            Self::Own => Role::Owner,
        }
    }
}

/// A workspace and the role held there, already narrowed by the credential used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Where.
    pub workspace: WorkspaceId,
    /// As what.
    pub role: Role,
}

/// How the actor proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A browser session.
    Session(SessionId),
    /// A personal, service or OAuth token. `read_only` tokens may not even run.
    Token {
        /// Which one.
        id: TokenId,
        /// It was made with the permission `read`.
        read_only: bool,
    },
    /// Hearth itself, going on with work that somebody was allowed to start.
    System,
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// By which proof.
    pub credential: Credential,
    /// May change the instance: users, instance models, settings.
    pub instance_admin: bool,
    grants: Arc<[Grant]>,
}

impl Actor {
    /// Made by authentication (crate `identity`) and by tests; nothing else has grants to give.
    pub fn authenticated(user: UserId, credential: Credential, instance_admin: bool, grants: Vec<Grant>) -> Self {
        Self { user, credential, instance_admin, grants: grants.into() }
    }

    /// Hearth going on with stored work of `user` in `workspace` (resumed runs, background jobs).
    pub fn system(user: UserId, workspace: WorkspaceId) -> Self {
        Self::authenticated(user, Credential::System, false, vec![Grant { workspace, role: Role::Builder }])
    }

    /// The workspaces of this actor, personal one first.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The role in a workspace, if any.
    pub fn role_in(&self, workspace: WorkspaceId) -> Option<Role> {
        self.grants.iter().find(|g| g.workspace == workspace).map(|g| g.role)
    }

    /// All workspaces in which the actor has `permission`.
    pub fn scope(&self, permission: Permission) -> Scope {
        let read_only = matches!(self.credential, Credential::Token { read_only: true, .. });
        if read_only && permission != Permission::View {
            return Scope { user: self.user, workspaces: Arc::new([]) };
        }
        let workspaces = self.grants.iter().filter(|g| g.role >= permission.role()).map(|g| g.workspace).collect();
        Scope { user: self.user, workspaces }
    }

    /// The scope of one workspace.
    ///
    /// A workspace the actor is no member of answers `not_found`, the same as one that does not
    /// exist; a member who lacks the role gets `forbidden`.
    pub fn scope_in(&self, workspace: WorkspaceId, permission: Permission) -> Result<Scope, Failure> {
        if self.role_in(workspace).is_none() {
            return Err(Failure::new(ErrorKind::NotFound, "not_found", "This workspace does not exist, or you are not a member of it."));
        }
        if !self.scope(permission).contains(workspace) {
            return Err(Failure::new(
                ErrorKind::Forbidden,
                "forbidden",
                format!("This needs the role {} in the workspace (or a token with that permission).", permission.role().as_str()),
            ));
        }
        Ok(Scope { user: self.user, workspaces: Arc::new([workspace]) })
    }

    /// Like [`Actor::scope_in`] when only the check is wanted, for an object that was already read
    /// through the `View` scope.
    pub fn require(&self, workspace: WorkspaceId, permission: Permission) -> Result<(), Failure> {
        self.scope_in(workspace, permission).map(drop)
    }
}

/// Proof that somebody may see rows of these workspaces. Only an [`Actor`] gives one out.
#[derive(Debug, Clone)]
pub struct Scope {
    user: UserId,
    workspaces: Arc<[WorkspaceId]>,
}

impl Scope {
    /// On whose behalf.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The workspaces, for `WHERE workspace_id IN (…)`. Empty means: sees nothing.
    pub fn workspaces(&self) -> &[WorkspaceId] {
        &self.workspaces
    }

    /// The numbers of the workspaces, for query builders.
    pub fn ids(&self) -> Vec<i64> {
        self.workspaces.iter().map(|w| w.get()).collect()
    }

    /// Whether a row of this workspace is inside.
    pub fn contains(&self, workspace: WorkspaceId) -> bool {
        self.workspaces.contains(&workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(credential: Credential) -> Actor {
        let grants = vec![Grant { workspace: WorkspaceId(1), role: Role::Owner }, Grant { workspace: WorkspaceId(2), role: Role::Viewer }];
        Actor::authenticated(UserId(9), credential, false, grants)
    }

    #[test]
    fn scope_holds_only_what_the_role_allows() {
        let a = actor(Credential::Session(SessionId(1)));
        assert_eq!(a.scope(Permission::View).ids(), [1, 2]);
        assert_eq!(a.scope(Permission::Build).ids(), [1]);
        assert_eq!(a.scope_in(WorkspaceId(2), Permission::Build).unwrap_err().kind, ErrorKind::Forbidden);
        assert_eq!(a.scope_in(WorkspaceId(3), Permission::View).unwrap_err().kind, ErrorKind::NotFound);
    }

    #[test]
    fn read_only_token_sees_but_does_not_act() {
        let a = actor(Credential::Token { id: TokenId(5), read_only: true });
        assert_eq!(a.scope(Permission::View).ids(), [1, 2]);
        assert!(a.scope(Permission::Run).ids().is_empty());
        assert_eq!(a.scope_in(WorkspaceId(1), Permission::Own).unwrap_err().kind, ErrorKind::Forbidden);
    }
}
