//! The entities.
#![expect(clippy::struct_field_names, reason = "columns are named as in the tables")]

pub mod agent {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub workspace_id: i64,
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub description: String,
        pub icon: String,
        #[sea_orm(column_type = "Text")]
        pub search: String,
        pub created_by: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub deleted_at: Option<i64>,
        pub last_version: i64,
        pub published_version: Option<i64>,
        pub published_at: Option<i64>,
        pub unpublished_changes: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod draft {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_drafts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub config: String,
        pub model_id: Option<i64>,
        pub revision: i64,
        pub updated_by: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub agent_id: i64,
        pub version: i64,
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub notes: String,
        #[sea_orm(column_type = "Text")]
        pub config: String,
        pub model_id: Option<i64>,
        pub published_by: i64,
        pub published_at: i64,
        pub agent_name: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub agent_description: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
