//! The table `models`.

use db::schema;
use sea_orm_migration::prelude::*;

/// Migrations of the feature.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Models)]
}

struct Models;

impl MigrationName for Models {
    fn name(&self) -> &'static str {
        "m20261121_0010_models"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Models {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = schema::table(manager, "models");
        table
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::name("name"))
            .col(schema::code("vendor"))
            .col(schema::text(manager, "base_url").null())
            .col(schema::text(manager, "sealed_key").null())
            .col(schema::name("model"))
            .col(schema::code("kind"))
            .col(schema::text(manager, "capabilities"))
            .col(schema::id("context_window").null())
            .col(schema::id("max_output_tokens").null())
            .col(schema::text(manager, "defaults"))
            .col(schema::text(manager, "price").null())
            .col(schema::id("max_concurrency").null())
            .col(schema::id("fallback_model_id").null())
            .col(schema::id("timeout_seconds").null())
            .col(schema::text(manager, "extra"))
            .col(schema::flag("is_default"))
            .col(schema::id("created_by"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"));
        manager.create_table(table).await?;
        manager.create_index(schema::index("models_workspace", "models", &["workspace_id", "id"])).await
    }
}
