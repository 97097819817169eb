//! Queries on `users` and `instance_setup`.

use db::{Db, Tx};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use types::{Timestamp, UserId};

use super::stored::setup;
use super::stored::user::{Column, Entity, Model};

/// `kind` of people.
pub const PERSON: &str = "person";
/// `kind` of service accounts and JWT apps.
pub const SERVICE: &str = "service";

/// Whether somebody set the instance up.
pub async fn is_set_up(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(setup::Entity::find_by_id(1).one(connection).await?.is_some())
}

/// Marks the instance as set up; a second one is a duplicate, whoever comes first.
pub async fn mark_set_up(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let row = setup::Model { id: 1, user_id: user.get(), at: Timestamp::now().millis() };
    setup::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// A person, not stored yet.
pub fn person(email: String, name: String, password_hash: String, instance_admin: bool) -> Model {
    Model { email: Some(email), password_hash: Some(password_hash), instance_admin, ..robot(name, PERSON) }
}

/// A robot, not stored yet.
pub fn service(name: String) -> Model {
    robot(name, SERVICE)
}

fn robot(name: String, kind: &str) -> Model {
    Model {
        id: UserId::generate().get(),
        kind: kind.to_owned(),
        email: None,
        name,
        password_hash: None,
        locale: "en".to_owned(),
        instance_admin: false,
        disabled: false,
        created_at: Timestamp::now().millis(),
        last_sign_in_at: None,
    }
}

/// Stores a new user.
pub async fn insert(tx: &Tx, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// Stores a user that was read, changed.
pub async fn update(tx: &Tx, row: Model) -> Result<(), DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Name, Expr::value(row.name))
        .col_expr(Column::Locale, Expr::value(row.locale))
        .col_expr(Column::PasswordHash, Expr::value(row.password_hash))
        .col_expr(Column::InstanceAdmin, Expr::value(row.instance_admin))
        .col_expr(Column::Disabled, Expr::value(row.disabled))
        .col_expr(Column::LastSignInAt, Expr::value(row.last_sign_in_at));
    update.filter(Column::Id.eq(row.id)).exec(tx).await.map(drop)
}

/// Notes a sign-in.
pub async fn touch_sign_in(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let now = Expr::value(Timestamp::now().millis());
    Entity::update_many().col_expr(Column::LastSignInAt, now).filter(Column::Id.eq(user.get())).exec(tx).await.map(drop)
}

/// Whether the sign-in may go on: the user is still there, with the password that was verified.
pub async fn unchanged(tx: &Tx, user: &Model) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(user.id).one(tx).await?;
    Ok(row.is_some_and(|row| !row.disabled && row.password_hash == user.password_hash))
}

/// A user by id.
pub async fn by_id(connection: &impl ConnectionTrait, user: UserId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(user.get()).one(connection).await
}

/// The same, kept from changing until the transaction ends.
pub async fn by_id_for_update(tx: &Tx, user: UserId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(user.get()).lock_exclusive().one(tx).await
}

/// A person by e-mail address in its stored form.
pub async fn by_email(connection: &impl ConnectionTrait, email: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Email.eq(email)).one(connection).await
}

/// Users by id.
pub async fn by_ids(db: &Db, ids: Vec<i64>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db.read()).await
}

/// The name of a user.
pub async fn name_of(connection: &impl ConnectionTrait, user: UserId) -> Result<Option<String>, DbErr> {
    Entity::find_by_id(user.get()).select_only().column(Column::Name).into_tuple().one(connection).await
}

/// All people, for the administrator: oldest first.
pub async fn people(db: &Db, limit: u64, after: Option<i64>) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(Column::Kind.eq(PERSON)).filter(Column::Id.gt(after.unwrap_or(0)));
    query.order_by_asc(Column::Id).limit(limit).all(db.read()).await
}

/// How many people administer the instance. The rows stay as they are until the transaction ends.
pub async fn active_admins(tx: &Tx) -> Result<usize, DbErr> {
    let query = Entity::find().filter(Column::InstanceAdmin.eq(true)).filter(Column::Disabled.eq(false));
    Ok(query.lock_exclusive().all(tx).await?.len())
}

/// How many people there are.
pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(Column::Kind.eq(PERSON)).count(connection).await
}

/// Switches a robot off for good; its name stays for what it made.
pub async fn disable(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let update = Entity::update_many().col_expr(Column::Disabled, Expr::value(true));
    update.filter(Column::Id.eq(user.get())).exec(tx).await.map(drop)
}
