//! Rows of `models`. Every read takes the workspaces that may be seen.

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use types::{ModelId, Timestamp, UserId, WorkspaceId};

use super::model::{Configured, Key, Kind, Origin, Settings};
use crate::rows;

mod row {
    use sea_orm::entity::prelude::*;

    #[expect(clippy::struct_field_names, reason = "columns are named as in the table")]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "models")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub workspace_id: i64,
        pub name: String,
        pub vendor: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub base_url: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub sealed_key: Option<String>,
        pub model: String,
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub capabilities: String,
        pub context_window: Option<i64>,
        pub max_output_tokens: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub defaults: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub price: Option<String>,
        pub max_concurrency: Option<i64>,
        pub fallback_model_id: Option<i64>,
        pub timeout_seconds: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub extra: String,
        pub is_default: bool,
        pub created_by: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity};

/// The model `id` if it belongs to one of `workspaces` or to the instance.
pub(super) async fn find(conn: &impl ConnectionTrait, workspaces: &[i64], id: ModelId) -> Result<Option<Configured>, Error> {
    let found = Entity::find_by_id(id.get()).filter(Column::WorkspaceId.is_in(visible(workspaces))).one(conn).await?;
    found.map(read).transpose()
}

/// All models of `workspaces` and of the instance, oldest first.
pub(super) async fn list(conn: &impl ConnectionTrait, workspaces: &[i64]) -> Result<Vec<Configured>, Error> {
    let rows = Entity::find().filter(Column::WorkspaceId.is_in(visible(workspaces))).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(read).collect()
}

/// How many models one level has.
pub(super) async fn count(conn: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64, Error> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace.get())).count(conn).await?)
}

/// Adds a model.
pub(super) async fn insert(conn: &impl ConnectionTrait, model: &Configured, by: UserId) -> Result<(), Error> {
    let mut row = write(model)?;
    row.id = Set(model.id.get());
    row.workspace_id = Set(model.workspace.get());
    row.created_by = Set(by.get());
    row.created_at = Set(model.created_at.millis());
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Changes a model that is still as it was at `seen`; `false` when it is not.
pub(super) async fn update(conn: &impl ConnectionTrait, model: &Configured, seen: Timestamp) -> Result<bool, Error> {
    let done = Entity::update_many()
        .set(write(model)?)
        .filter(Column::Id.eq(model.id.get()))
        .filter(Column::UpdatedAt.eq(seen.millis()))
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}

/// No model of the level is the default any more.
pub(super) async fn clear_default(conn: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::IsDefault, Expr::value(false))
        .filter(Column::WorkspaceId.eq(workspace.get()))
        .filter(Column::IsDefault.eq(true))
        .exec(conn)
        .await?;
    Ok(())
}

/// Removes a model, and itself as the fallback of others.
pub(super) async fn delete(conn: &impl ConnectionTrait, id: ModelId) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::FallbackModelId, Expr::value(None::<i64>))
        .filter(Column::FallbackModelId.eq(id.get()))
        .exec(conn)
        .await?;
    Entity::delete_by_id(id.get()).exec(conn).await?;
    Ok(())
}

/// The fallback of a model, whoever's it is: for finding loops.
pub(super) async fn fallback_of(conn: &impl ConnectionTrait, id: ModelId) -> Result<Option<ModelId>, Error> {
    let found: Option<Option<i64>> =
        Entity::find_by_id(id.get()).select_only().column(Column::FallbackModelId).into_tuple().one(conn).await?;
    Ok(found.flatten().map(ModelId))
}

fn visible(workspaces: &[i64]) -> Vec<i64> {
    workspaces.iter().copied().chain([WorkspaceId::INSTANCE.get()]).collect()
}

fn write(model: &Configured) -> Result<ActiveModel, Error> {
    let Settings {
        name,
        vendor,
        base_url,
        model: vendor_model,
        kind,
        capabilities,
        context_window,
        max_output_tokens,
        defaults,
        price,
        max_concurrency,
        fallback,
        timeout_seconds,
        extra,
    } = &model.settings;
    let sealed = match &model.key {
        Key::Sealed(sealed) => Some(sealed.clone()),
        Key::None => None,
        Key::Plain(_) => return Err(Error::Other("a key was not sealed before it was stored".into())),
    };
    Ok(ActiveModel {
        name: Set(name.clone()),
        vendor: Set(vendor.clone()),
        base_url: Set(base_url.clone()),
        sealed_key: Set(sealed),
        model: Set(vendor_model.clone()),
        kind: Set(kind.as_str().to_owned()),
        capabilities: Set(rows::print("models", capabilities)?),
        context_window: Set(context_window.map(i64::from)),
        max_output_tokens: Set(max_output_tokens.map(i64::from)),
        defaults: Set(rows::print("models", defaults)?),
        price: Set(price.as_ref().map(|price| rows::print("models", price)).transpose()?),
        max_concurrency: Set(max_concurrency.map(i64::from)),
        fallback_model_id: Set(fallback.map(ModelId::get)),
        timeout_seconds: Set(timeout_seconds.map(i64::from)),
        extra: Set(rows::print("models", extra)?),
        is_default: Set(model.is_default),
        updated_at: Set(model.updated_at.millis()),
        ..<ActiveModel as Default>::default()
    })
}

fn read(row: row::Model) -> Result<Configured, Error> {
    Ok(Configured {
        id: ModelId(row.id),
        workspace: WorkspaceId(row.workspace_id),
        settings: Settings {
            name: row.name,
            vendor: row.vendor,
            base_url: row.base_url,
            model: row.model,
            kind: Kind::parse(&row.kind),
            capabilities: rows::parse("models", &row.capabilities)?,
            context_window: small(row.context_window),
            max_output_tokens: small(row.max_output_tokens),
            defaults: rows::parse("models", &row.defaults)?,
            price: row.price.as_deref().map(|price| rows::parse("models", price)).transpose()?,
            max_concurrency: small(row.max_concurrency),
            fallback: row.fallback_model_id.map(ModelId),
            timeout_seconds: small(row.timeout_seconds),
            extra: rows::parse("models", &row.extra)?,
        },
        origin: Origin::Stored,
        is_default: row.is_default,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        key: row.sealed_key.map_or(Key::None, Key::Sealed),
    })
}

fn small(number: Option<i64>) -> Option<u32> {
    number.and_then(|n| u32::try_from(n).ok())
}
