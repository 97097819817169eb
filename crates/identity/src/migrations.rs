//! The tables of this crate.
//!
//! A row of `users` is a person or a robot (`kind`): a service account and a JWT app act as users of
//! their own, so that whatever they make has an author. `members.kind` repeats it, so that counting
//! and listing people needs no join. Hashes are unique: finding a token is one index lookup.

use db::migrate::Migrations;
use db::schema::{code, count, flag, id, index, name, primary_key, table, text, time};
use db::sea_orm_migration;
use sea_orm_migration::prelude::*;

/// All migrations, in order.
pub fn migrations() -> Migrations {
    vec![Box::new(Accounts), Box::new(Tokens), Box::new(OAuth)]
}

macro_rules! named {
    ($type:ident, $name:literal) => {
        struct $type;

        impl MigrationName for $type {
            fn name(&self) -> &'static str {
                $name
            }
        }
    };
}

named!(Accounts, "m20261121_0101_identity_accounts");
named!(Tokens, "m20261121_0102_identity_tokens");
named!(OAuth, "m20261121_0103_identity_oauth");

/// `unique` in the name of an index makes it one.
async fn indexes(m: &SchemaManager<'_>, list: &[(&'static str, &'static str, &[&'static str])]) -> Result<(), DbErr> {
    for (index_name, table, columns) in list {
        let mut statement = index(index_name, table, columns);
        if index_name.ends_with("_unique") {
            statement.unique();
        }
        m.create_index(statement).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Accounts {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // One row at most, with id 1: whoever inserts it set the instance up.
        let mut t = table(m, "instance_setup");
        m.create_table(t.col(primary_key()).col(id("user_id")).col(time("at")).to_owned()).await?;

        let mut t = table(m, "users");
        t.col(primary_key()).col(code("kind")).col(name("email").null()).col(name("name")).col(name("password_hash").null());
        t.col(code("locale")).col(flag("instance_admin")).col(flag("disabled")).col(time("created_at")).col(time("last_sign_in_at").null());
        m.create_table(t).await?;

        let mut t = table(m, "sessions");
        t.col(primary_key()).col(id("user_id")).col(code("hash")).col(time("created_at")).col(time("last_seen_at"));
        t.col(time("expires_at")).col(name("user_agent")).col(code("ip"));
        m.create_table(t).await?;

        let mut t = table(m, "workspaces");
        t.col(primary_key()).col(name("name")).col(text(m, "description")).col(code("kind")).col(id("created_by"));
        t.col(time("created_at")).col(time("deleted_at").null());
        m.create_table(t).await?;

        let mut t = table(m, "members");
        t.col(primary_key()).col(id("workspace_id")).col(id("user_id")).col(code("kind")).col(code("role")).col(time("joined_at"));
        m.create_table(t).await?;

        let mut t = table(m, "invitations");
        t.col(primary_key()).col(id("workspace_id")).col(code("hash")).col(code("role")).col(id("created_by")).col(time("created_at"));
        t.col(time("expires_at")).col(count("max_uses")).col(count("uses"));
        m.create_table(t).await?;

        let mut t = table(m, "audit_log");
        t.col(primary_key()).col(id("workspace_id").null()).col(time("at")).col(id("actor_id").null()).col(name("actor_name"));
        t.col(code("action")).col(name("target")).col(code("ip")).col(text(m, "detail"));
        m.create_table(t).await?;

        indexes(
            m,
            &[
                ("users_email_unique", "users", &["email"]),
                ("sessions_hash_unique", "sessions", &["hash"]),
                ("sessions_user", "sessions", &["user_id"]),
                ("members_workspace_user_unique", "members", &["workspace_id", "user_id"]),
                ("members_user", "members", &["user_id"]),
                ("invitations_hash_unique", "invitations", &["hash"]),
                ("invitations_workspace", "invitations", &["workspace_id"]),
                ("audit_log_workspace", "audit_log", &["workspace_id", "id"]),
            ],
        )
        .await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tokens {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let mut t = table(m, "service_accounts");
        t.col(primary_key()).col(id("workspace_id")).col(id("user_id")).col(name("name")).col(code("role"));
        t.col(id("created_by")).col(time("created_at"));
        m.create_table(t).await?;

        // `workspace_id`: owner of a service or OAuth token, null for a personal one.
        // `workspaces`: JSON list of ids to which it is narrowed, null for all of the user's.
        // `family`: the authorization an OAuth token came from.
        let mut t = table(m, "tokens");
        t.col(primary_key()).col(code("kind")).col(id("user_id")).col(id("workspace_id").null()).col(name("name")).col(code("prefix"));
        t.col(code("hash")).col(text(m, "workspaces").null()).col(code("permissions")).col(id("app_id").null()).col(id("family").null());
        t.col(name("label").null()).col(id("created_by")).col(time("created_at")).col(time("expires_at").null());
        t.col(time("last_used_at").null());
        m.create_table(t).await?;

        indexes(
            m,
            &[
                ("service_accounts_workspace", "service_accounts", &["workspace_id"]),
                ("tokens_hash_unique", "tokens", &["hash"]),
                ("tokens_user", "tokens", &["user_id"]),
                ("tokens_family", "tokens", &["family"]),
                ("tokens_expires", "tokens", &["expires_at"]),
            ],
        )
        .await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OAuth {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let mut t = table(m, "oauth_apps");
        t.col(primary_key())
            .col(id("workspace_id"))
            .col(code("client_id"))
            .col(name("name"))
            .col(code("kind"))
            .col(text(m, "redirect_uris"));
        t.col(name("key_id").null()).col(text(m, "public_key").null()).col(code("secret_hash").null()).col(id("user_id").null());
        t.col(id("created_by")).col(time("created_at"));
        m.create_table(t).await?;

        let mut t = table(m, "oauth_codes");
        t.col(primary_key()).col(code("hash")).col(id("app_id")).col(id("user_id")).col(id("workspace_id")).col(text(m, "redirect_uri"));
        t.col(name("challenge").null()).col(code("challenge_method").null()).col(time("expires_at")).col(time("used_at").null());
        m.create_table(t).await?;

        let mut t = table(m, "oauth_refresh_tokens");
        t.col(primary_key()).col(code("hash")).col(id("family")).col(id("app_id")).col(id("user_id")).col(id("workspace_id"));
        t.col(time("expires_at")).col(time("used_at").null());
        m.create_table(t).await?;

        let mut t = table(m, "oauth_devices");
        t.col(primary_key()).col(code("hash")).col(code("user_code")).col(id("app_id")).col(id("workspace_id").null()).col(code("status"));
        t.col(id("user_id").null()).col(time("expires_at")).col(time("polled_at").null());
        m.create_table(t).await?;

        // The `jti`s that were used, until their assertion has expired.
        let mut t = table(m, "oauth_assertions");
        t.col(primary_key()).col(code("hash")).col(time("expires_at"));
        m.create_table(t).await?;

        indexes(
            m,
            &[
                ("oauth_apps_client_unique", "oauth_apps", &["client_id"]),
                ("oauth_apps_workspace", "oauth_apps", &["workspace_id"]),
                ("oauth_codes_hash_unique", "oauth_codes", &["hash"]),
                ("oauth_refresh_tokens_hash_unique", "oauth_refresh_tokens", &["hash"]),
                ("oauth_refresh_tokens_family", "oauth_refresh_tokens", &["family"]),
                ("oauth_devices_hash_unique", "oauth_devices", &["hash"]),
                ("oauth_devices_user_code_unique", "oauth_devices", &["user_code"]),
                ("oauth_assertions_hash_unique", "oauth_assertions", &["hash"]),
            ],
        )
        .await
    }
}
