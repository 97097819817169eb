//! The tables `runs`, `run_specs` and `run_events`.

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
        /// `agent`.
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
        /// 1, 2, ….
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// Milliseconds since 1970.
        pub at: i64,
        /// The event's name, for people looking at the table.
        pub kind: String,
        /// `flow::run::Event` as JSON.
        #[sea_orm(column_type = "Text")]
        pub payload: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
