//! Portable column types, so that one migration fits all three engines.
//!
//! * ids and times: [`id`], [`time`] — `BIGINT`;
//! * names and codes: [`name`] — `VARCHAR(255)` (can be indexed everywhere), [`code`] — `VARCHAR(64)`;
//! * texts and JSON: [`text`] — unlimited (`LONGTEXT` on MySQL, whose `TEXT` ends at 64 KiB);
//! * [`flag`] — boolean; [`count`] — `BIGINT`; [`real`] — double.
//!
//! All columns are NOT NULL; wrap with `.null()` for optional ones. [`table`] creates MySQL tables
//! with `utf8mb4`, and with a binary collation, so that comparison is the same on all engines.

use sea_orm::DbBackend;
use sea_orm_migration::SchemaManager;
use sea_orm_migration::prelude::{Alias, ColumnDef, Index, IndexCreateStatement, IntoIden, Table, TableCreateStatement};

/// A new table.
pub fn table(manager: &SchemaManager<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    if manager.get_database_backend() == DbBackend::MySql {
        table.character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

/// The primary key `id`.
pub fn primary_key() -> ColumnDef {
    ColumnDef::new(Alias::new("id")).big_integer().not_null().primary_key().to_owned()
}

fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name).into_iden())
}

/// An id of another row.
pub fn id(name: &'static str) -> ColumnDef {
    column(name).big_integer().not_null().to_owned()
}

/// A moment, milliseconds since 1970.
pub fn time(name: &'static str) -> ColumnDef {
    column(name).big_integer().not_null().to_owned()
}

/// A number.
pub fn count(name: &'static str) -> ColumnDef {
    column(name).big_integer().not_null().default(0).to_owned()
}

/// A fraction.
pub fn real(name: &'static str) -> ColumnDef {
    column(name).double().not_null().to_owned()
}

/// A name of at most 255 characters.
pub fn name(name: &'static str) -> ColumnDef {
    column(name).string_len(255).not_null().to_owned()
}

/// A code of at most 64 characters (status, kind, hash).
pub fn code(name: &'static str) -> ColumnDef {
    column(name).string_len(64).not_null().to_owned()
}

/// A yes or no.
pub fn flag(name: &'static str) -> ColumnDef {
    column(name).boolean().not_null().default(false).to_owned()
}

/// Text or JSON of any length. MySQL allows no default on it.
pub fn text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut def = column(name);
    match manager.get_database_backend() {
        DbBackend::MySql => def.custom(Alias::new("LONGTEXT")),
        _ => def.text(),
    };
    def.not_null().to_owned()
}

/// An index over columns; its name must be unique in the database.
pub fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}
