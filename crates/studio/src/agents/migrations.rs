//! The tables `agents`, `agent_drafts`, `agent_versions`.

use db::schema;
use sea_orm_migration::prelude::*;

/// Migrations of the feature.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Agents), Box::new(PublishedNames)]
}

struct Agents;

impl MigrationName for Agents {
    fn name(&self) -> &'static str {
        "m20261121_0020_agents"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Agents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut agents = schema::table(manager, "agents");
        agents
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::name("name"))
            .col(schema::text(manager, "description"))
            .col(schema::name("icon"))
            // Name and description in lower case: the same search on every engine.
            .col(schema::text(manager, "search"))
            .col(schema::id("created_by"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"))
            .col(schema::time("deleted_at").null())
            .col(schema::count("last_version"))
            .col(schema::id("published_version").null())
            .col(schema::time("published_at").null())
            .col(schema::flag("unpublished_changes"));
        manager.create_table(agents).await?;
        manager.create_index(schema::index("agents_workspace", "agents", &["workspace_id", "id"])).await?;

        let mut drafts = schema::table(manager, "agent_drafts");
        drafts
            .col(schema::primary_key()) // the agent's
            .col(schema::text(manager, "config"))
            .col(schema::id("model_id").null())
            .col(schema::count("revision"))
            .col(schema::id("updated_by"))
            .col(schema::time("updated_at"));
        manager.create_table(drafts).await?;
        manager.create_index(schema::index("agent_drafts_model", "agent_drafts", &["model_id"])).await?;

        let mut versions = schema::table(manager, "agent_versions");
        versions
            .col(schema::primary_key())
            .col(schema::id("agent_id"))
            .col(schema::count("version"))
            .col(schema::name("name"))
            .col(schema::text(manager, "notes"))
            .col(schema::text(manager, "config"))
            .col(schema::id("model_id").null())
            .col(schema::id("published_by"))
            .col(schema::time("published_at"));
        manager.create_table(versions).await?;
        let mut unique = schema::index("agent_versions_number", "agent_versions", &["agent_id", "version"]);
        manager.create_index(unique.unique().to_owned()).await?;
        manager.create_index(schema::index("agent_versions_model", "agent_versions", &["model_id"])).await
    }
}

/// What an agent was called when a version was published; absent in versions from before.
struct PublishedNames;

impl MigrationName for PublishedNames {
    fn name(&self) -> &'static str {
        "m20261128_0021_published_names"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PublishedNames {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in [schema::name("agent_name"), schema::text(manager, "agent_description")] {
            manager.alter_table(Table::alter().table(Alias::new("agent_versions")).add_column(column.null()).take()).await?;
        }
        Ok(())
    }
}
