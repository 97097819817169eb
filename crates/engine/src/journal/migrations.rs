//! The schema of the journal.

use db::schema::{code, count, flag, id, index, name, primary_key, real, table, text, time};
use sea_orm_migration::prelude::*;

/// All migrations of the engine.
pub fn migrations() -> db::migrate::Migrations {
    vec![Box::new(Runs), Box::new(WorkflowRuns), Box::new(RunsInRuns), Box::new(Retention), Box::new(PersonVariables), Box::new(CalledRuns)]
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

/// Runs that agents call as tools.
struct RunsInRuns;

impl MigrationName for RunsInRuns {
    fn name(&self) -> &'static str {
        "m20261121_0930_runs_in_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RunsInRuns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let parent = id("parent_run_id").null().take();
        manager.alter_table(Table::alter().table(Alias::new("runs")).add_column(parent).take()).await
    }
}

/// Which documents each run needs, and which process removes what is too old.
struct Retention;

impl MigrationName for Retention {
    fn name(&self) -> &'static str {
        "m20261127_0100_run_retention"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Retention {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut uses = table(manager, "run_document_uses");
        uses.col(id("run_id")).col(code("hash")).primary_key(Index::create().col(Alias::new("run_id")).col(Alias::new("hash")));
        manager.create_table(uses).await?;
        manager.create_index(index("run_document_uses_by_hash", "run_document_uses", &["hash"])).await?;
        let mut duties = table(manager, "engine_duties");
        duties.col(code("name").primary_key()).col(count("holder")).col(count("held_until"));
        manager.create_table(duties).await?;
        let db = manager.get_connection();
        let backend = db.get_database_backend();
        db.execute_raw(db::statement(
            backend,
            "INSERT INTO engine_duties (name, holder, held_until) VALUES (?, 0, 0)",
            ["retention".into()],
        ))
        .await?;
        note_uses(manager).await
    }
}

/// Runs that were there before.
async fn note_uses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const PAGE: usize = 200;
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    let mut after = 0_i64;
    loop {
        let sql = format!("SELECT run_id, spec FROM run_specs WHERE run_id > ? ORDER BY run_id LIMIT {PAGE}");
        let rows = db.query_all_raw(db::statement(backend, &sql, [after.into()])).await?;
        for row in &rows {
            after = row.try_get("", "run_id")?;
            let spec: String = row.try_get("", "spec")?;
            let Ok(spec) = serde_json::from_str::<serde_json::Value>(&spec) else { continue };
            let program = &spec["program"];
            let callees = program["callees"].as_object().into_iter().flat_map(|callees| callees.values()).map(|callee| &callee["document"]);
            let hashes: std::collections::BTreeSet<&str> =
                callees.chain([&program["document"]]).filter_map(serde_json::Value::as_str).collect();
            for hash in hashes {
                let sql = "INSERT INTO run_document_uses (run_id, hash) VALUES (?, ?)";
                db.execute_raw(db::statement(backend, sql, [after.into(), hash.into()])).await?;
            }
        }
        if rows.len() < PAGE {
            return Ok(());
        }
    }
}

/// Variables of users, told apart by the persons for whom a service runs workflows.
struct PersonVariables;

impl MigrationName for PersonVariables {
    fn name(&self) -> &'static str {
        "m20261128_0700_person_variables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PersonVariables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut key = Index::create();
        for column in ["workspace_id", "user_id", "app", "person", "path"] {
            key.col(Alias::new(column));
        }
        let mut variables = table(manager, "person_variables");
        variables
            .col(id("workspace_id"))
            .col(id("user_id"))
            .col(code("app"))
            .col(name("person"))
            .col(name("path"))
            .col(text(manager, "value"))
            .col(time("updated_at"))
            .primary_key(&mut key);
        manager.create_table(variables).await?;
        let taken = "INSERT INTO person_variables (workspace_id, user_id, app, person, path, value, updated_at) \
                     SELECT workspace_id, user_id, app, '', path, value, updated_at FROM user_variables";
        manager.get_connection().execute_unprepared(taken).await?;
        manager.drop_table(Table::drop().table(Alias::new("user_variables")).take()).await
    }
}

/// Workflows that a run calls, as rows beside it.
struct CalledRuns;

impl MigrationName for CalledRuns {
    fn name(&self) -> &'static str {
        "m20261129_0100_called_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CalledRuns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [id("root_run_id").null().take(), id("root_step").null().take()] {
            manager.alter_table(Table::alter().table(Alias::new("runs")).add_column(column).take()).await?;
        }
        manager.create_index(index("runs_by_root", "runs", &["root_run_id"])).await
    }
}
