//! The entities.

pub mod trigger {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "triggers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub workspace_id: i64,
        pub workflow_id: i64,
        pub name: String,
        pub enabled: bool,
        pub version: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub inputs: String,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        pub token_hash: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub signing_secret: Option<String>,
        pub next_at: Option<i64>,
        pub created_by: i64,
        pub runs_as: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub last_fired_at: Option<i64>,
        pub last_run_id: Option<i64>,
        pub last_code: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub last_error: Option<String>,
        pub started: i64,
        pub refused: i64,
        pub skipped: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod firing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trigger_firings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub trigger_id: i64,
        pub at: i64,
        pub due_at: Option<i64>,
        pub occasion: String,
        pub outcome: String,
        pub code: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub message: Option<String>,
        pub run_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trigger_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub trigger_id: i64,
        pub key_hash: String,
        pub run_id: i64,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
