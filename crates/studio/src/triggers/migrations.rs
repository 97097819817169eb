//! The tables `triggers`, `trigger_firings`, `trigger_keys`.

use db::schema;
use sea_orm_migration::prelude::*;

/// Migrations of the feature.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Triggers)]
}

struct Triggers;

impl MigrationName for Triggers {
    fn name(&self) -> &'static str {
        "m20261129_0301_triggers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Triggers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut triggers = schema::table(manager, "triggers");
        triggers
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("workflow_id"))
            .col(schema::name("name"))
            .col(schema::flag("enabled"))
            .col(schema::code("version").null())
            .col(schema::text(manager, "inputs"))
            .col(schema::text(manager, "source"))
            .col(schema::code("token_hash").null())
            .col(schema::text(manager, "signing_secret").null())
            .col(schema::time("next_at").null())
            .col(schema::id("created_by"))
            .col(schema::id("runs_as"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"))
            .col(schema::time("last_fired_at").null())
            .col(schema::id("last_run_id").null())
            .col(schema::code("last_code").null())
            .col(schema::text(manager, "last_error").null())
            .col(schema::count("started"))
            .col(schema::count("refused"))
            .col(schema::count("skipped"));
        manager.create_table(triggers).await?;
        manager.create_index(schema::index("triggers_workflow", "triggers", &["workflow_id", "id"])).await?;
        manager.create_index(schema::index("triggers_due", "triggers", &["next_at"])).await?;
        let mut unique = schema::index("triggers_token", "triggers", &["token_hash"]);
        manager.create_index(unique.unique().to_owned()).await?;

        let mut firings = schema::table(manager, "trigger_firings");
        firings
            .col(schema::primary_key())
            .col(schema::id("trigger_id"))
            .col(schema::time("at"))
            .col(schema::time("due_at").null())
            .col(schema::code("occasion"))
            .col(schema::code("outcome"))
            .col(schema::code("code").null())
            .col(schema::text(manager, "message").null())
            .col(schema::id("run_id").null());
        manager.create_table(firings).await?;
        manager.create_index(schema::index("trigger_firings_trigger", "trigger_firings", &["trigger_id", "id"])).await?;

        let mut keys = schema::table(manager, "trigger_keys");
        keys.col(schema::primary_key())
            .col(schema::id("trigger_id"))
            .col(schema::code("key_hash"))
            .col(schema::id("run_id"))
            .col(schema::time("created_at"));
        manager.create_table(keys).await?;
        let mut unique = schema::index("trigger_keys_key", "trigger_keys", &["trigger_id", "key_hash"]);
        manager.create_index(unique.unique().to_owned()).await?;
        manager.create_index(schema::index("trigger_keys_age", "trigger_keys", &["created_at"])).await
    }
}
