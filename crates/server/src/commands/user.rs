//! `hearth user …`.

use std::process::ExitCode;

use crate::cli::UserCommand;
use crate::config::Settings;

/// Runs one of them.
pub async fn run(settings: &Settings, command: UserCommand) -> anyhow::Result<ExitCode> {
    let (identity, db) = super::identity(settings).await?;
    let outcome = match command {
        UserCommand::Create { email, name, password, admin } => {
            let new = identity::NewUser { email: email.clone(), name, password: super::password(password)?, instance_admin: admin };
            identity.create_user(new).await.map(|id| format!("created {email} with the id {id}\n"))
        }
        UserCommand::ResetPassword { email, password } => {
            let password = super::password(password)?;
            identity.reset_password(&email, password).await.map(|()| format!("set a new password for {email}; all sessions are ended\n"))
        }
    };
    db.close().await;
    super::print(&outcome.map_err(crate::app::told)?)
}
