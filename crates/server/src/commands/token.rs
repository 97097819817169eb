//! `hearth token …`.

use std::process::ExitCode;

use identity::{NewToken, Permissions};
use secrecy::ExposeSecret as _;
use types::Timestamp;

use crate::cli::TokenCommand;
use crate::config::Settings;

/// Runs one of them.
pub async fn run(settings: &Settings, command: TokenCommand) -> anyhow::Result<ExitCode> {
    let (identity, db) = super::identity(settings).await?;
    let outcome = match command {
        TokenCommand::Create { user, name, expires_in, permissions } => {
            let known = Permissions::parse(&permissions);
            anyhow::ensure!(known.as_str() == permissions, "--permissions is read, run, build or full");
            let expires_at = expires_in.map(|seconds| Timestamp::now().plus_seconds(seconds));
            let new = NewToken { email: user, name, workspaces: None, permissions: known, expires_at };
            identity.create_token(new).await.map(|token| format!("{}\n", token.secret.expose_secret()))
        }
        TokenCommand::Revoke { id } => {
            let id = id.parse().map_err(|error| anyhow::anyhow!("--id: {error}"))?;
            identity.revoke_token(id).await.map(|()| "revoked; a running server refuses it within five seconds\n".to_owned())
        }
    };
    db.close().await;
    super::print(&outcome.map_err(crate::app::told)?)
}
