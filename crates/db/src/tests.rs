//! The promises of `Db::write`, on SQLite in a file and on whatever servers the machine has.

use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::*;

use crate::{Backend, Batch, Db, Error, Options, Tx, Urgency, for_update, migrate, schema, statement};

struct Notes;

impl MigrationName for Notes {
    fn name(&self) -> &'static str {
        "m20261121_0001_notes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = schema::table(manager, "db_test_notes");
        table.if_not_exists().col(schema::primary_key()).col(schema::text(manager, "body"));
        manager.create_table(table).await
    }
}

async fn insert(tx: &Tx, id: i64) -> Result<(), Error> {
    tx.execute_unprepared(&format!("INSERT INTO db_test_notes (id, body) VALUES ({id}, 'x')")).await?;
    Ok(())
}

async fn count(db: &Db) -> i64 {
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), "SELECT COUNT(*) FROM db_test_notes")).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn promises(db: &Db) {
    // Concurrent writes all arrive, a failing one takes nothing of the others with it.
    let writes = (1..=200).map(|id| {
        db.write(move |tx| {
            Box::pin(async move {
                insert(tx, id).await?;
                if id % 10 == 0 { Err(Error::Other("no".into())) } else { Ok(id) }
            })
        })
    });
    let results = futures::future::join_all(writes).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 180);
    assert_eq!(count(db).await, 180);
    // A duplicate is told as such.
    let duplicate = db.write(|tx| Box::pin(insert(tx, 1))).await;
    assert!(matches!(duplicate, Err(Error::Duplicate(_))), "{duplicate:?}");
    // A panicking job fails alone (on a server it unwinds into the caller, as any call does).
    if db.backend() == Backend::Sqlite {
        let panicked: Result<(), Error> = db.write(|_| Box::pin(async { panic!("boom") })).await;
        assert!(matches!(panicked, Err(Error::Other(_))));
    }
    db.write(|tx| Box::pin(insert(tx, 1000))).await.unwrap();
    assert_eq!(count(db).await, 181);
}

fn insert_statement(backend: Backend, id: i64) -> Statement {
    statement(backend, "INSERT INTO db_test_notes (id, body) VALUES (?, ?)", [id.into(), "b".into()])
}

/// Notes `ids`, if there is a note `fence`.
fn noting(db: &Db, fence: i64, ids: &[i64]) -> Batch {
    let backend = db.backend();
    let sql = format!("SELECT id FROM db_test_notes WHERE id = ?{}", for_update(backend));
    Batch::fenced(statement(backend, &sql, [fence.into()]), ids.iter().map(|id| insert_statement(backend, *id)).collect())
}

async fn batches_keep_their_promises(db: &Db) {
    let before = count(db).await;
    // Those that are refused by their fence (every 10th) or fail in the middle (every 7th: its second note
    // is there already) leave nothing, and take nothing of the others with them. Jobs are written beside them.
    let writes = (1..=70).map(|n| {
        let (fence, first) = (if n % 10 == 0 { 999_999 } else { 1 }, 10_000 + 3 * n);
        let second = if n % 7 == 0 { 1 } else { first + 1 };
        let long = [first, second, first + 2];
        let batch = noting(db, fence, if n % 3 == 0 { &long } else { &long[..2] });
        async move {
            if n % 20 == 0 {
                db.write(move |tx| Box::pin(insert(tx, 20_000 + n))).await.unwrap();
            }
            db.write_batch(Urgency::Urgent, batch).await
        }
    });
    let results = futures::future::join_all(writes).await;
    let mut expected = before + 3;
    for (n, result) in (1..).zip(results) {
        match (n % 10 == 0, n % 7 == 0) {
            (true, false) => assert!(matches!(result, Ok(false)), "{n}: {result:?}"),
            (false, true) => assert!(matches!(result, Err(Error::Duplicate(_))), "{n}: {result:?}"),
            (false, false) => {
                assert!(matches!(result, Ok(true)), "{n}: {result:?}");
                expected += if n % 3 == 0 { 3 } else { 2 };
            }
            (true, true) => assert!(!matches!(result, Ok(true)), "{n}: {result:?}"),
        }
    }
    assert_eq!(count(db).await, expected);
    // One alone, refused and failing; and the writer goes on.
    assert!(!db.write_batch(Urgency::Patient, noting(db, 999_999, &[30_000])).await.unwrap());
    assert!(matches!(db.write_batch(Urgency::Urgent, noting(db, 1, &[30_000, 1])).await, Err(Error::Duplicate(_))));
    assert!(db.write_batch(Urgency::Urgent, noting(db, 1, &[30_000])).await.unwrap());
    let unfenced = |ids: &[i64]| Batch::new(ids.iter().map(|id| insert_statement(db.backend(), *id)).collect());
    assert!(matches!(db.write_batch(Urgency::Urgent, unfenced(&[30_001, 1])).await, Err(Error::Duplicate(_))));
    assert!(db.write_batch(Urgency::Urgent, unfenced(&[30_001, 30_002])).await.unwrap());
    db.write(|tx| Box::pin(insert(tx, 30_003))).await.unwrap();
    assert_eq!(count(db).await, expected + 4);
}

#[tokio::test]
async fn sqlite_keeps_its_promises_and_its_data() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite:{}", dir.path().join("t.db").display()));
    let db = Db::connect(&options).await.unwrap();
    assert_eq!(migrate::run(&db, vec![Box::new(Notes)]).await.unwrap(), 1);
    assert_eq!(migrate::run(&db, vec![Box::new(Notes)]).await.unwrap(), 0, "a second start applies nothing");
    promises(&db).await;
    batches_keep_their_promises(&db).await;
    let written = count(&db).await;
    let refused = db.read().execute_unprepared("DELETE FROM db_test_notes").await;
    assert!(refused.is_err(), "the reading side cannot write");
    db.close().await;
    let db = Db::connect(&options).await.unwrap();
    assert_eq!(count(&db).await, written);
}

/// `.cargo/config.toml`: without it SQLite prepares each `LIMIT ?` anew, which shows in the time of everything and nowhere else.
#[tokio::test]
async fn sqlite_was_built_to_keep_prepared_statements() {
    let db = Db::connect(&Options::new("sqlite::memory:")).await.unwrap();
    let sql = "SELECT CAST(sqlite_compileoption_used('ENABLE_QPSG') AS INTEGER) AS yes";
    let row = db.read().query_one_raw(statement(db.backend(), sql, [])).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "yes").unwrap(), 1);
}

/// A database of its own on a server of the machine; `None` when the server is not there.
async fn server(url: &str) -> Option<Db> {
    let Ok(admin) = Db::connect(&Options::new(url)).await else {
        assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{url} is required and not there");
        eprintln!("SKIPPED: nothing answers at {url}");
        return None;
    };
    let name = format!("hearth_db_{}", std::process::id());
    admin.read().execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    admin.read().execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    Some(Db::connect(&Options::new(url.replace("/test", &format!("/{name}")))).await.unwrap())
}

async fn on_server(url: &str) {
    let Some(db) = server(url).await else { return };
    let (a, b) = tokio::join!(migrate::run(&db, vec![Box::new(Notes)]), migrate::run(&db, vec![Box::new(Notes)]));
    assert_eq!(a.unwrap() + b.unwrap(), 1, "two processes starting together migrate once");
    promises(&db).await;
    batches_keep_their_promises(&db).await;
    db.close().await;
    let admin = Db::connect(&Options::new(url)).await.unwrap();
    admin.read().execute_unprepared(&format!("DROP DATABASE hearth_db_{}", std::process::id())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb_keeps_its_promises() {
    on_server("mysql://root@127.0.0.1:3306/test").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_its_promises() {
    on_server("postgres://postgres@127.0.0.1:5432/test").await;
}
