//! The table of values.

use db::migrate::Migrations;
use db::schema;
use sea_orm_migration::prelude::*;

/// All migrations of this crate.
pub fn migrations() -> Migrations {
    vec![Box::new(Values)]
}

struct Values;

impl MigrationName for Values {
    fn name(&self) -> &'static str {
        "m20261121_0601_coze_variables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Values {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut values = schema::table(manager, "coze_variables");
        values
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("agent_id"))
            .col(schema::name("person"))
            .col(schema::name("keyword"))
            .col(schema::text(manager, "value"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"));
        manager.create_table(values).await?;
        let mut unique = schema::index("coze_variables_unique", "coze_variables", &["agent_id", "person", "keyword"]);
        manager.create_index(unique.unique().to_owned()).await
    }
}
