//! What a token is and what it allows.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use types::{Failure, Grant, Role, Timestamp, TokenId, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::Row;
use crate::secret;

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person made it for himself.
    Personal,
    /// Of a service account.
    Service,
    /// Fetched through OAuth.
    OAuth,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Personal, Self::Service, Self::OAuth];

    /// What the secret starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "pat_",
            Self::Service => "sat_",
            Self::OAuth => "oat_",
        }
    }

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Service => "service",
            Self::OAuth => "oauth",
        }
    }
}

/// Whether a text has the form of a token: nothing else is looked up.
pub fn looks_like_token(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| text.starts_with(kind.prefix()))
        && text.len() == 47
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// What a token may do, each including the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permissions {
    /// Look, change nothing, start nothing.
    Read,
    /// Chat and run, as a viewer.
    Run,
    /// Create, edit and publish, as a builder.
    Build,
    /// Whatever its user may do.
    Full,
}

impl Permissions {
    /// The stored and wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Run => "run",
            Self::Build => "build",
            Self::Full => "full",
        }
    }

    /// Reads the stored name; what is unknown allows the least.
    pub fn parse(text: &str) -> Self {
        [Self::Run, Self::Build, Self::Full].into_iter().find(|p| p.as_str() == text).unwrap_or(Self::Read)
    }

    /// The highest role it lets through.
    pub const fn ceiling(self) -> Role {
        match self {
            Self::Read | Self::Run => Role::Viewer,
            Self::Build => Role::Builder,
            Self::Full => Role::Owner,
        }
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub kind: Kind,
    pub user: UserId,
    /// Owner of a service or OAuth token.
    pub workspace: Option<WorkspaceId>,
    pub name: String,
    /// `None`: all workspaces of the user.
    pub workspaces: Option<Vec<WorkspaceId>>,
    pub permissions: Permissions,
    pub expires_at: Option<Timestamp>,
    pub created_by: UserId,
    /// The OAuth app and the authorization it comes from.
    pub oauth: Option<(i64, i64)>,
    /// What the app says of its end user.
    pub label: Option<String>,
}

impl Wanted {
    /// The row to store and the secret to show once.
    pub fn make(self) -> Result<(Row, SecretString), Failure> {
        let text = secret::random(self.kind.prefix())?;
        let row = Row {
            id: TokenId::generate().get(),
            kind: self.kind.as_str().to_owned(),
            user_id: self.user.get(),
            workspace_id: self.workspace.map(WorkspaceId::get),
            name: self.name,
            prefix: format!("{}…", &text.expose_secret()[..8]),
            hash: secret::hash(text.expose_secret()),
            workspaces: self.workspaces.map(|list| serde_json::to_string(&list)).transpose().map_err(Failure::internal)?,
            permissions: self.permissions.as_str().to_owned(),
            app_id: self.oauth.map(|(app, _)| app),
            family: self.oauth.map(|(_, family)| family),
            label: self.label,
            created_by: self.created_by.get(),
            created_at: Timestamp::now().millis(),
            expires_at: self.expires_at.map(Timestamp::millis),
            last_used_at: None,
        };
        Ok((row, text))
    }
}

impl Row {
    /// The workspaces it is narrowed to. A list that cannot be read is an empty one.
    pub fn workspace_ids(&self) -> Option<Vec<WorkspaceId>> {
        self.workspaces.as_deref().map(|list| serde_json::from_str(list).unwrap_or_default())
    }

    /// What remains of the user's grants.
    pub fn narrow(&self, grants: Vec<Grant>) -> Vec<Grant> {
        let only = self.workspace_ids();
        let ceiling = Permissions::parse(&self.permissions).ceiling();
        let inside = |grant: &Grant| only.as_ref().is_none_or(|list| list.contains(&grant.workspace));
        let lowered = |grant: Grant| Grant { role: grant.role.min(ceiling), ..grant };
        grants.into_iter().filter(inside).map(lowered).collect()
    }

    /// Whether it has expired.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now.millis())
    }
}
