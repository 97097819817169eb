//! A database for one test.

use db::sea_orm::ConnectionTrait as _;
use db::{Db, Options};

/// A database that is dropped when the test is over.
pub struct TestDatabase {
    /// For `DATABASE_URL`; empty: SQLite in the data directory.
    pub url: String,
    admin: Option<(String, String)>,
}

impl TestDatabase {
    /// A fresh one on the chosen engine; `None` when its server is not there.
    pub async fn create() -> Option<Self> {
        Self::create_on(&std::env::var("HEARTH_TEST_DATABASE").unwrap_or_default()).await
    }

    /// A fresh one on this engine; `None` when its server is not there.
    pub async fn create_on(engine: &str) -> Option<Self> {
        let admin = match engine {
            "" | "sqlite" => return Some(Self { url: String::new(), admin: None }),
            "mysql" => "mysql://root@127.0.0.1:3306/test",
            "postgres" => "postgres://postgres@127.0.0.1:5432/test",
            other => panic!("HEARTH_TEST_DATABASE={other}: sqlite, mysql or postgres"),
        };
        let mut options = Options::new(admin);
        options.max_connections = 2;
        let Ok(server) = Db::connect(&options).await else {
            assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{admin} is required and does not answer");
            eprintln!("SKIPPED: nothing answers at {admin}");
            return None;
        };
        let name = format!("hearth_api_{}_{}", std::process::id(), server::fresh_id());
        server.read().execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        server.close().await;
        Some(Self { url: admin.replace("/test", &format!("/{name}")), admin: Some((admin.to_owned(), name)) })
    }

    /// One that belongs to somebody else, who drops it.
    pub fn of(url: String) -> Self {
        Self { url, admin: None }
    }

    /// Removes it. A test that failed leaves it for looking at.
    pub async fn drop(self) {
        let Some((admin, name)) = self.admin else { return };
        let mut options = Options::new(admin);
        options.max_connections = 2;
        let server = Db::connect(&options).await.unwrap();
        let force = if self.url.starts_with("postgres") { " WITH (FORCE)" } else { "" };
        server.read().execute_unprepared(&format!("DROP DATABASE {name}{force}")).await.unwrap();
        server.close().await;
    }
}
