//! Where the text of a setting comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::value::Value;

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody.
    Default,
    /// `hearth.toml`.
    File,
    /// `.env`.
    DotEnv,
    /// The environment.
    Environment,
    /// A flag of the command.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "hearth.toml",
            Self::DotEnv => ".env",
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}

/// A setting that cannot be right; stops the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A value.
    #[error("{name} (from {origin}) is `{read}`, which cannot be right: allowed is {allowed}.{why}")]
    Value {
        /// The setting.
        name: String,
        /// Who said it.
        origin: String,
        /// What was read; `***` for secrets.
        read: String,
        /// What may be written.
        allowed: String,
        /// More, or empty.
        why: String,
    },
    /// A name of Hearth's own that does not exist.
    #[error("{name} (from {origin}) is not a setting of Hearth.{hint} All settings: docs/reference/configuration.md")]
    Unknown {
        /// The name.
        name: String,
        /// Who said it.
        origin: String,
        /// ` Did you mean …?` or empty.
        hint: String,
    },
    /// A file that cannot be read.
    #[error("{path} cannot be read: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl Problem {
    /// A value that cannot be right, told by code that knows more than the type.
    pub fn value(name: &str, read: &str, allowed: &str, why: &str) -> Self {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        Self::Value { name: name.into(), origin: "settings".into(), read: read.into(), allowed: allowed.into(), why }
    }
}

/// All texts, by name, the strongest origin last.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: BTreeMap<String, (Origin, String)>,
}

impl Sources {
    /// Collects from the working directory, the environment and flags.
    pub fn collect(
        directory: &Path,
        environment: impl Iterator<Item = (String, String)>,
        flags: Vec<(String, String)>,
    ) -> Result<Self, Problem> {
        let mut sources = Self::default();
        let environment: Vec<_> = environment.collect();
        sources.toml(&directory.join("hearth.toml"))?;
        let suffix = environment.iter().find(|(n, v)| n == "APP_ENV" && !v.is_empty()).map(|(_, v)| format!(".{v}")).unwrap_or_default();
        sources.dot_env(&directory.join(format!(".env{suffix}")))?;
        sources.add(Origin::Environment, environment);
        sources.add(Origin::Flag, flags);
        Ok(sources)
    }

    /// Adds texts; they win over what is there. An empty text counts as absent.
    pub fn add(&mut self, origin: Origin, texts: impl IntoIterator<Item = (String, String)>) {
        for (name, text) in texts {
            let text = text.trim();
            if !text.is_empty() {
                self.texts.insert(name, (origin, text.to_owned()));
            }
        }
    }

    fn toml(&mut self, path: &Path) -> Result<(), Problem> {
        let Some(text) = read_if_there(path)? else { return Ok(()) };
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| Problem::File { path: path.into(), why: e.to_string() })?;
        let mut texts = Vec::new();
        flatten("", &table, &mut texts);
        self.add(Origin::File, texts);
        Ok(())
    }

    fn dot_env(&mut self, path: &Path) -> Result<(), Problem> {
        if read_if_there(path)?.is_none() {
            return Ok(());
        }
        let refuse = |e: dotenvy::Error| Problem::File { path: path.into(), why: e.to_string() };
        let texts: Result<Vec<_>, _> = dotenvy::from_path_iter(path).map_err(refuse)?.collect();
        self.add(Origin::DotEnv, texts.map_err(refuse)?);
        Ok(())
    }

    /// The text and who said it.
    pub fn text(&self, name: &str) -> Option<(Origin, &str)> {
        self.texts.get(name).map(|(origin, text)| (*origin, text.as_str()))
    }

    /// Reads one setting.
    pub fn read<T: Value>(&self, name: &str, default: &str) -> Result<T, Problem> {
        let (origin, text) = self.text(name).unwrap_or((Origin::Default, default));
        T::parse(text).map_err(|why| Problem::Value {
            name: name.into(),
            origin: origin.to_string(),
            read: if T::SECRET { "***".into() } else { text.into() },
            allowed: T::ALLOWED.into(),
            why: if why.is_empty() { why } else { format!(" ({why})") },
        })
    }

    /// All names with this beginning, with their texts.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, Origin, &'a str)> {
        self.texts.iter().filter(move |(n, _)| n.starts_with(prefix)).map(|(n, (o, t))| (n.as_str(), *o, t.as_str()))
    }

    /// A misspelt name of Hearth's own is a mistake somebody will look for: it stops the start.
    /// Other products' variables are none of our business.
    pub fn check_names(&self, known: &[&str]) -> Result<(), Problem> {
        // Read by the project's own scripts and tests, or before the settings are.
        const ELSEWHERE: [&str; 6] = ["HEARTH_TEST_", "HEARTH_CONFORMANCE", "HEARTH_BIN", "HEARTH_VENV", "HEARTH_KEEP", "HEARTH_URL"];
        for (name, (origin, _)) in &self.texts {
            let ours = name.starts_with("HEARTH_") || *origin == Origin::File;
            if !ours || known.contains(&name.as_str()) || name.starts_with("MODEL_") || ELSEWHERE.iter().any(|p| name.starts_with(p)) {
                continue;
            }
            let hint = self.nearest(name, known).map(|n| format!(" Did you mean {n}?")).unwrap_or_default();
            return Err(Problem::Unknown { name: name.clone(), origin: origin.to_string(), hint });
        }
        Ok(())
    }

    /// Names in `.env` that look like a misspelt setting: `(written, meant)`.
    pub fn suspicious(&self, known: &[&str]) -> Vec<(String, String)> {
        let in_dot_env = self.texts.iter().filter(|(n, (o, _))| *o == Origin::DotEnv && !known.contains(&n.as_str()));
        in_dot_env.filter_map(|(n, _)| self.nearest(n, known).map(|k| (n.clone(), k.to_owned()))).collect()
    }

    fn nearest<'k>(&self, name: &str, known: &[&'k str]) -> Option<&'k str> {
        let unset = known.iter().filter(|k| !self.texts.contains_key(**k));
        unset.map(|k| (distance(name, k), *k)).filter(|(d, _)| *d <= 2).min().map(|(_, k)| k)
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>, Problem> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Problem::File { path: path.into(), why: e.to_string() }),
    }
}

/// `[mysql] host = "x"` and `mysql_host = "x"` both mean `MYSQL_HOST`.
fn flatten(prefix: &str, table: &toml::Table, texts: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.to_ascii_uppercase());
        match value {
            toml::Value::Table(inner) => flatten(&format!("{name}_"), inner, texts),
            toml::Value::Array(items) => {
                let items: Vec<_> = items.iter().map(plain).collect();
                texts.push((name, items.join(",")));
            }
            other => texts.push((name, plain(other))),
        }
    }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
