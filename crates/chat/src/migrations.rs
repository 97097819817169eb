//! Tables of this crate.

use db::migrate::Migrations;
use db::schema;
use sea_orm_migration::prelude::*;

/// All migrations of this crate.
pub fn migrations() -> Migrations {
    vec![Box::new(Conversations), Box::new(Files), Box::new(Named)]
}

struct Conversations;

impl MigrationName for Conversations {
    fn name(&self) -> &'static str {
        "m20261121_0401_chat_conversations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Conversations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut conversations = schema::table(manager, "conversations");
        conversations
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("user_id"))
            .col(schema::id("agent_id").null())
            .col(schema::name("name"))
            .col(schema::flag("draft"))
            .col(schema::id("section_id"))
            .col(schema::id("active_run_id").null())
            .col(schema::count("version"))
            .col(schema::text(manager, "meta"))
            .col(schema::name("user_label"))
            .col(schema::code("connector"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"))
            .col(schema::time("deleted_at").null());
        manager.create_table(conversations).await?;
        manager.create_index(schema::index("conversations_owner", "conversations", &["workspace_id", "user_id", "updated_at"])).await?;

        let mut messages = schema::table(manager, "messages");
        messages
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("conversation_id"))
            .col(schema::id("section_id"))
            .col(schema::id("run_id").null())
            .col(schema::id("question_id"))
            .col(schema::code("role"))
            .col(schema::code("kind"))
            .col(schema::code("format"))
            .col(schema::text(manager, "content"))
            .col(schema::text(manager, "reasoning"))
            .col(schema::code("status"))
            .col(schema::count("seq"))
            .col(schema::code("rating").null())
            .col(schema::text(manager, "comment"))
            .col(schema::text(manager, "meta"))
            .col(schema::flag("ephemeral"))
            .col(schema::flag("superseded"))
            .col(schema::time("created_at"))
            .col(schema::time("updated_at"));
        manager.create_table(messages).await?;
        manager.create_index(schema::index("messages_conversation", "messages", &["conversation_id", "id"])).await?;
        manager.create_index(schema::index("messages_run", "messages", &["run_id"])).await?;

        let mut turns = schema::table(manager, "chat_turns");
        turns
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("conversation_id"))
            .col(schema::id("section_id"))
            .col(schema::id("question_id"))
            .col(schema::id("user_id"))
            .col(schema::code("state"))
            .col(schema::count("history_rounds"))
            .col(schema::flag("ephemeral"))
            .col(schema::time("created_at"));
        manager.create_table(turns).await?;
        manager.create_index(schema::index("chat_turns_queue", "chat_turns", &["conversation_id", "state"])).await?;
        manager.create_index(schema::index("chat_turns_state", "chat_turns", &["state"])).await
    }
}

struct Files;

impl MigrationName for Files {
    fn name(&self) -> &'static str {
        "m20261121_0402_chat_files"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Files {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut files = schema::table(manager, "files");
        files
            .col(schema::primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("user_id"))
            .col(schema::name("name"))
            .col(schema::code("blob"))
            .col(schema::count("size"))
            .col(schema::name("content_type"))
            .col(schema::flag("shared"))
            .col(schema::time("created_at"));
        manager.create_table(files).await?;
        manager.create_index(schema::index("files_blob", "files", &["blob"])).await
    }
}

struct Named;

impl MigrationName for Named {
    fn name(&self) -> &'static str {
        "m20261121_1005_named_conversations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Named {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut named = schema::table(manager, "named_conversations");
        named
            .col(schema::id("conversation_id").primary_key())
            .col(schema::id("workspace_id"))
            .col(schema::id("user_id"))
            .col(schema::code("place"))
            .col(schema::name("person"))
            .col(schema::flag("draft"))
            .col(schema::name("name"));
        manager.create_table(named).await?;
        let columns = ["workspace_id", "user_id", "place", "person", "draft", "name"];
        manager.create_index(schema::index("named_conversations_name", "named_conversations", &columns).unique().take()).await
    }
}
