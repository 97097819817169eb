//! The tables `workflows`, `workflow_drafts`, `workflow_versions`, `workflow_references`.

use db::schema;
use sea_orm_migration::prelude::*;

/// Migrations of the feature.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Workflows), Box::new(Folders)]
}

struct Workflows;

impl MigrationName for Workflows {
    fn name(&self) -> &'static str {
        "m20261126_0021_workflows"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Workflows {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut workflows = schema::table(manager, "workflows");
        workflows
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::name("name"))
            .col(schema::text(manager, "description"))
            .col(schema::name("icon"))
            .col(schema::code("mode"))
            // Name and description in lower case: the same search on every engine.
            .col(schema::text(manager, "search"))
            .col(schema::id("created_by"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"))
            .col(schema::time("deleted_at").null())
            .col(schema::count("last_sequence"))
            .col(schema::code("published_version").null())
            .col(schema::time("published_at").null())
            .col(schema::flag("unpublished_changes"));
        manager.create_table(workflows).await?;
        manager.create_index(schema::index("workflows_workspace", "workflows", &["workspace_id", "id"])).await?;

        let mut drafts = schema::table(manager, "workflow_drafts");
        drafts
            .col(schema::primary_key()) // the workflow's
            .col(schema::text(manager, "document"))
            .col(schema::count("revision"))
            .col(schema::id("updated_by"))
            .col(schema::time("updated_at"));
        manager.create_table(drafts).await?;

        let mut versions = schema::table(manager, "workflow_versions");
        versions
            .col(schema::primary_key())
            .col(schema::id("workflow_id"))
            .col(schema::count("sequence"))
            .col(schema::code("version"))
            .col(schema::text(manager, "notes"))
            .col(schema::text(manager, "document"))
            .col(schema::id("published_by"))
            .col(schema::time("published_at"));
        manager.create_table(versions).await?;
        for (name, column) in [("workflow_versions_version", "version"), ("workflow_versions_sequence", "sequence")] {
            let mut unique = schema::index(name, "workflow_versions", &["workflow_id", column]);
            manager.create_index(unique.unique().to_owned()).await?;
        }

        let mut references = schema::table(manager, "workflow_references");
        references
            .col(schema::primary_key())
            .col(schema::id("workflow_id"))
            .col(schema::code("version")) // empty: the draft
            .col(schema::code("user_kind"))
            .col(schema::id("user_id"))
            .col(schema::flag("published"));
        manager.create_table(references).await?;
        manager.create_index(schema::index("workflow_references_workflow", "workflow_references", &["workflow_id"])).await?;
        manager.create_index(schema::index("workflow_references_user", "workflow_references", &["user_kind", "user_id"])).await
    }
}

/// Folders: a name on each workflow.
struct Folders;

impl MigrationName for Folders {
    fn name(&self) -> &'static str {
        "m20261127_0011_workflow_folders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Folders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let folder = schema::name("folder").default("").take();
        manager.alter_table(Table::alter().table(Alias::new("workflows")).add_column(folder).take()).await
    }
}
