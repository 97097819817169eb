//! The tables `runs`, `run_specs`, `run_events` and `run_documents`.

/// What lists show, and the lease. Small: it is rewritten with every append.
pub mod run {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "runs")]
    pub struct Model {
        /// The run.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Whose.
        pub workspace_id: i64,
        /// Who started it.
        pub created_by: i64,
        /// `agent` or `workflow`.
        pub program: String,
        /// Of an agent's turn.
        pub agent_id: Option<i64>,
        /// At that time, shortened to 255 characters.
        pub agent_name: String,
        /// `None`: the draft.
        pub agent_version: Option<i64>,
        /// The conversation.
        pub conversation_id: Option<i64>,
        /// The section.
        pub section_id: Option<i64>,
        /// `RunStatus` by name.
        pub status: String,
        /// Why it failed.
        pub error_code: Option<String>,
        /// One sentence.
        pub error_message: Option<String>,
        /// Tokens.
        pub input_tokens: i64,
        /// Tokens.
        pub output_tokens: i64,
        /// Tokens.
        pub total_tokens: i64,
        /// Tokens.
        pub cached_tokens: i64,
        /// Tokens.
        pub reasoning_tokens: i64,
        /// Money.
        pub cost_amount: Option<f64>,
        /// Currency.
        pub cost_currency: Option<String>,
        /// `RequiredAction` as JSON.
        pub required_action: Option<String>,
        /// Labels of the caller as JSON.
        pub meta: String,
        /// Milliseconds since 1970.
        pub created_at: i64,
        /// Milliseconds since 1970.
        pub started_at: Option<i64>,
        /// Milliseconds since 1970.
        pub finished_at: Option<i64>,
        /// How often it was taken up after a crash.
        pub resumed: i64,
        /// The process that works on it; 0: none.
        pub lease_owner: i64,
        /// Milliseconds since 1970.
        pub lease_until: i64,
        /// Somebody asked another process to cancel it.
        pub cancel_requested: bool,
        /// Of a workflow.
        pub workflow_id: Option<i64>,
        /// At that time, shortened to 255 characters.
        pub workflow_name: String,
        /// `None`: the draft.
        pub workflow_version: Option<String>,
        /// The run whose results it took over.
        pub forked_from: Option<i64>,
        /// The result of a workflow as JSON.
        #[sea_orm(column_type = "Text")]
        pub output: Option<String>,
        /// It rests until then; milliseconds since 1970.
        pub wake_at: Option<i64>,
        /// The run that called it.
        pub parent_run_id: Option<i64>,
        /// The run that it is a part of. Such a row is a projection: never executed, leased, queued or woken.
        pub root_run_id: Option<i64>,
        /// The step of that run.
        pub root_step: Option<i64>,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a run was given: large, written once.
pub mod spec {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "run_specs")]
    pub struct Model {
        /// The run.
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: i64,
        /// `RunSpec` as JSON.
        #[sea_orm(column_type = "Text")]
        pub spec: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened: written once, never changed.
pub mod event {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "run_events")]
    pub struct Model {
        /// The run.
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: i64,
        /// Of the first event of the row: 1, 2, ….
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// Milliseconds since 1970, of the first event.
        pub at: i64,
        /// The event's name, for people looking at the table; `events` when there are several.
        pub kind: String,
        /// `flow::run::Event` as JSON; several: `[[at, event], …]`.
        #[sea_orm(column_type = "Text")]
        pub payload: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Workflow documents that runs were started with, by hash.
pub mod document {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "run_documents")]
    pub struct Model {
        /// SHA-256 of the JSON, in hexadecimal.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// `flow::workflow::Document` as JSON.
        #[sea_orm(column_type = "Text")]
        pub document: String,
        /// Milliseconds since 1970.
        pub created_at: i64,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
