//! The table `workspace_limits`.

use db::schema;
use sea_orm_migration::prelude::*;

/// Migrations of the feature.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(WorkspaceLimits)]
}

struct WorkspaceLimits;

impl MigrationName for WorkspaceLimits {
    fn name(&self) -> &'static str {
        "m20261127_0010_workspace_limits"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WorkspaceLimits {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut limits = schema::table(manager, "workspace_limits");
        limits.col(schema::primary_key()); // the workspace's
        for name in [
            "max_nodes",
            "max_document_bytes",
            "max_nesting",
            "max_depth",
            "max_steps",
            "max_seconds",
            "max_bytes",
            "max_output_bytes",
            "keep_days",
            "keep_runs",
        ] {
            limits.col(schema::id(name).null());
        }
        limits.col(schema::id("updated_by")).col(schema::time("updated_at"));
        manager.create_table(limits).await
    }
}
