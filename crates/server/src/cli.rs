//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Hearth: a self-hosted AI application studio.
#[derive(Debug, Parser)]
#[command(name = "hearth", version = crate::VERSION, about, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Directory of `hearth.toml` and `.env`; default: the working directory.
    #[arg(long, global = true, value_name = "DIR")]
    pub config_dir: Option<PathBuf>,
    /// Any setting by its name, stronger than all else: `--set LOG_LEVEL=debug`.
    #[arg(long = "set", global = true, value_name = "NAME=VALUE", value_parser = pair)]
    pub settings: Vec<(String, String)>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server.
    Serve {
        /// LISTEN_ADDR.
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// HEARTH_DATA_DIR.
        #[arg(long, value_name = "DIR")]
        data_dir: Option<String>,
    },
    /// Show each setting in force and its origin, each component's state, and what is wrong.
    Doctor,
    /// Print the OpenAPI document of the server.
    Openapi,
    /// Users.
    #[command(subcommand)]
    User(UserCommand),
    /// Access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print the version.
    Version,
    /// Become a jailed worker of the sandbox; the server starts it itself.
    #[command(hide = true)]
    SandboxWorker,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a user with a personal workspace. The first one administers the instance.
    Create {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Name for people.
        #[arg(long)]
        name: String,
        /// Read from standard input when absent.
        #[arg(long)]
        password: Option<String>,
        /// May administer the instance.
        #[arg(long)]
        admin: bool,
    },
    /// Set a new password and sign the user out everywhere.
    ResetPassword {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Read from standard input when absent.
        #[arg(long)]
        password: Option<String>,
    },
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a personal access token and print it.
    Create {
        /// Whose.
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it is for.
        #[arg(long, default_value = "cli")]
        name: String,
        /// Seconds from now; without it the token does not expire.
        #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
        expires_in: Option<i64>,
        /// read, run, build or full.
        #[arg(long, default_value = "full")]
        permissions: String,
    },
    /// Revoke a token by its id.
    Revoke {
        /// Of the token.
        #[arg(long)]
        id: String,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_ascii_uppercase(), value.to_owned()))
}
