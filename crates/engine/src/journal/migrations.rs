//! The schema of the journal.

use db::schema::{code, count, flag, id, index, name, primary_key, real, table, text, time};
use sea_orm_migration::prelude::*;

/// All migrations of the engine.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Runs), Box::new(WorkflowRuns)]
}

struct Runs;

impl MigrationName for Runs {
    fn name(&self) -> &'static str {
        "m20261121_0300_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Runs {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut runs = table(manager, "runs");
        runs.col(primary_key())
            .col(id("workspace_id"))
            .col(id("created_by"))
            .col(code("program"))
            .col(id("agent_id").null())
            .col(name("agent_name"))
            .col(id("agent_version").null())
            .col(id("conversation_id").null())
            .col(id("section_id").null())
            .col(code("status"))
            .col(code("error_code").null())
            .col(text(manager, "error_message").null());
        for tokens in ["input_tokens", "output_tokens", "total_tokens", "cached_tokens", "reasoning_tokens"] {
            runs.col(count(tokens));
        }
        runs.col(real("cost_amount").null())
            .col(code("cost_currency").null())
            .col(text(manager, "required_action").null())
            .col(text(manager, "meta"))
            .col(time("created_at"))
            .col(time("started_at").null())
            .col(time("finished_at").null())
            .col(count("resumed"))
            .col(count("lease_owner"))
            .col(count("lease_until"))
            .col(flag("cancel_requested"));
        manager.create_table(runs).await?;
        manager.create_index(index("runs_by_workspace", "runs", &["workspace_id", "id"])).await?;
        manager.create_index(index("runs_by_agent", "runs", &["workspace_id", "agent_id", "id"])).await?;
        manager.create_index(index("runs_by_conversation", "runs", &["conversation_id", "id"])).await?;
        manager.create_index(index("runs_by_status", "runs", &["status", "lease_until"])).await?;

        let mut specs = table(manager, "run_specs");
        specs.col(id("run_id").primary_key()).col(text(manager, "spec"));
        manager.create_table(specs).await?;

        let mut events = table(manager, "run_events");
        events
            .col(id("run_id"))
            .col(id("seq"))
            .col(time("at"))
            .col(code("kind"))
            .col(text(manager, "payload"))
            .primary_key(Index::create().col(Alias::new("run_id")).col(Alias::new("seq")));
        manager.create_table(events).await
    }
}

/// What runs of workflows have besides.
struct WorkflowRuns;

impl MigrationName for WorkflowRuns {
    fn name(&self) -> &'static str {
        "m20261121_0700_workflow_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WorkflowRuns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            id("workflow_id").null().take(),
            name("workflow_name").default("").take(),
            code("workflow_version").null().take(),
            id("forked_from").null().take(),
            text(manager, "output").null().take(),
            time("wake_at").null().take(),
        ];
        for column in columns {
            // One at a time: SQLite adds no two columns in one statement.
            manager.alter_table(Table::alter().table(Alias::new("runs")).add_column(column).take()).await?;
        }
        manager.create_index(index("runs_by_workflow", "runs", &["workspace_id", "workflow_id", "id"])).await?;
        manager.create_index(index("runs_by_wake", "runs", &["wake_at"])).await?;

        let mut documents = table(manager, "run_documents");
        documents.col(code("hash").primary_key()).col(text(manager, "document")).col(time("created_at"));
        manager.create_table(documents).await?;

        let mut variables = table(manager, "user_variables");
        variables
            .col(id("workspace_id"))
            .col(id("user_id"))
            .col(code("app"))
            .col(name("path"))
            .col(text(manager, "value"))
            .col(time("updated_at"))
            .primary_key(
                Index::create().col(Alias::new("workspace_id")).col(Alias::new("user_id")).col(Alias::new("app")).col(Alias::new("path")),
            );
        manager.create_table(variables).await
    }
}
