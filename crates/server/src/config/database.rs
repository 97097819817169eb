//! Which database.

use secrecy::ExposeSecret as _;

use super::{Period, Secret, settings};

settings! {
    /// Which database.
    pub struct Database {
        /// `sqlite:<file>`, `mysql://user:password@host:port/name` (MariaDB too), `postgres://…`.
        /// Empty: MySQL when `MYSQL_DSN` or `MYSQL_HOST` is set, else SQLite in the data directory.
        url: Option<Secret> = "DATABASE_URL", "";
        /// Coze Studio's form: `user:password@tcp(host:port)/name?…`.
        mysql_dsn: Option<Secret> = "MYSQL_DSN", "";
        /// MySQL by parts: host.
        mysql_host: Option<String> = "MYSQL_HOST", "";
        /// Port.
        mysql_port: u32 = "MYSQL_PORT", "3306";
        /// User.
        mysql_user: String = "MYSQL_USER", "coze";
        /// Password.
        mysql_password: Option<Secret> = "MYSQL_PASSWORD", "";
        /// Name of the database.
        mysql_database: String = "MYSQL_DATABASE", "opencoze";
        /// Most connections (of any server database; readers on SQLite).
        max_open: u32 = "MYSQL_MAX_OPEN_CONNS", "16";
        /// Connections kept open when idle.
        max_idle: u32 = "MYSQL_MAX_IDLE_CONNS", "2";
        /// A connection is closed after this age.
        max_lifetime: Period = "MYSQL_CONN_MAX_LIFETIME", "3600s";
        /// A connection is closed after being idle for this long.
        max_idle_time: Period = "MYSQL_CONN_MAX_IDLE_TIME", "600s";
    }
}

impl Database {
    /// How to open it, given the data directory. The error is for people.
    pub fn options(&self, data_dir: &std::path::Path) -> Result<db::Options, String> {
        let mut options = db::Options::new(self.resolve(data_dir)?);
        options.max_connections = self.max_open.max(1);
        options.min_connections = self.max_idle.clamp(1, options.max_connections);
        options.max_lifetime = self.max_lifetime.0;
        options.idle_timeout = self.max_idle_time.0;
        Ok(options)
    }

    fn resolve(&self, data_dir: &std::path::Path) -> Result<String, String> {
        if let Some(Secret(url)) = &self.url {
            let url = url.expose_secret();
            let known = ["sqlite:", "mysql:", "mariadb:", "postgres:", "postgresql:"];
            if !known.iter().any(|scheme| url.starts_with(scheme)) {
                return Err("DATABASE_URL must begin with sqlite:, mysql: or postgres:".into());
            }
            return Ok(url.to_owned());
        }
        if let Some(Secret(dsn)) = &self.mysql_dsn {
            return from_dsn(dsn.expose_secret())
                .ok_or_else(|| "MYSQL_DSN must look like user:password@tcp(host:port)/name?charset=utf8mb4".into());
        }
        if let Some(host) = &self.mysql_host {
            let password = self.mysql_password.as_ref().map_or("", |p| p.0.expose_secret());
            return Ok(mysql(&self.mysql_user, password, &format!("{host}:{}", self.mysql_port), &self.mysql_database));
        }
        Ok(format!("sqlite:{}", data_dir.join("hearth.db").display()))
    }
}

/// Go's DSN to a URL. Its query parameters speak to the Go driver and are left out.
fn from_dsn(dsn: &str) -> Option<String> {
    let (account, rest) = dsn.rsplit_once("@tcp(")?;
    let (address, rest) = rest.split_once(')')?;
    let name = rest.strip_prefix('/')?.split('?').next()?;
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    if user.is_empty() || address.is_empty() || name.is_empty() {
        return None;
    }
    Some(mysql(user, password, address, name))
}

fn mysql(user: &str, password: &str, address: &str, name: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    format!("mysql://{}:{}@{address}/{}", encode(user), encode(password), encode(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, Sources};

    fn resolved(texts: &[(&str, &str)]) -> Result<String, String> {
        let mut sources = Sources::default();
        sources.add(Origin::Environment, texts.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
        Database::read(&sources).unwrap().resolve(std::path::Path::new("/d"))
    }

    #[test]
    fn an_existing_env_file_names_the_database() {
        assert_eq!(resolved(&[]).unwrap(), "sqlite:/d/hearth.db");
        let dsn = "coze:p@ss:w/d@tcp(mysql:3306)/opencoze?charset=utf8mb4&parseTime=True";
        assert_eq!(resolved(&[("MYSQL_DSN", dsn)]).unwrap(), "mysql://coze:p%40ss%3Aw%2Fd@mysql:3306/opencoze");
        assert_eq!(resolved(&[("MYSQL_HOST", "h"), ("MYSQL_PASSWORD", "x")]).unwrap(), "mysql://coze:x@h:3306/opencoze");
        assert_eq!(resolved(&[("DATABASE_URL", "postgres://a/b"), ("MYSQL_HOST", "h")]).unwrap(), "postgres://a/b");
        assert!(resolved(&[("DATABASE_URL", "oracle:x")]).is_err());
        assert!(resolved(&[("MYSQL_DSN", "nonsense")]).is_err());
    }
}
