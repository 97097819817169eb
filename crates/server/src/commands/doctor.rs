//! `hearth doctor`: what is in force, and what is wrong, in words.

use std::fmt::Write as _;
use std::path::Path;

use db::Db;

use crate::components::Components;
use crate::config::{self, Settings, Sources};
use crate::data_dir;

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    text: String,
    problems: Vec<String>,
}

/// Looks at everything. A running server is not disturbed.
pub async fn run(sources: &Sources) -> Findings {
    let mut findings = Findings::default();
    findings.settings(sources);
    match Settings::read(sources) {
        Ok(settings) => findings.components(&settings).await,
        Err(problem) => findings.problems.push(problem.to_string()),
    }
    findings.suspicions(sources);
    findings
}

impl Findings {
    /// The report.
    pub fn report(&self) -> String {
        let mut text = self.text.clone();
        if self.problems.is_empty() {
            text.push_str("\nNothing is wrong.\n");
        } else {
            text.push_str("\nWrong:\n");
            for problem in &self.problems {
                let _ = writeln!(text, "  * {problem}");
            }
        }
        text
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn settings(&mut self, sources: &Sources) {
        let _ = writeln!(self.text, "hearth {}\n\nSettings", crate::VERSION);
        for setting in in_force(sources) {
            let _ = writeln!(self.text, "  {:<28} {:<32} {}", setting.name, setting.value, setting.origin);
        }
    }

    async fn components(&mut self, settings: &Settings) {
        self.text.push_str("\nComponents\n");
        for preset in &settings.presets {
            let _ = writeln!(self.text, "  {:<28} ok        {} ({}), from MODEL_*_{}", "model", preset.name, preset.vendor, preset.number);
        }
        let data = Path::new(&settings.storage.data_dir);
        self.data_dir(data);
        let ui = if webui::is_built() { "inside this binary" } else { "not inside this binary: run `make build`" };
        let _ = writeln!(self.text, "  {:<28} {:<9} {ui}", "web UI", if webui::is_built() { "ok" } else { "degraded" });
        if data.exists() {
            self.running_parts(settings, data).await;
        }
        self.sandbox(&settings.sandbox).await;
        if settings.http.use_ssl
            && let (Some(certificate), Some(key)) = (&settings.http.ssl_cert_file, &settings.http.ssl_key_file)
            && let Err(error) = crate::http::listener::tls(Path::new(certificate), Path::new(key))
        {
            self.problems.push(error.to_string());
        }
    }

    fn data_dir(&mut self, path: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(metadata) = std::fs::metadata(path) else {
            let _ = writeln!(self.text, "  {:<28} ok        {} (made at the first start)", "data directory", path.display());
            return;
        };
        let mode = metadata.permissions().mode() & 0o777;
        let _ = writeln!(self.text, "  {:<28} ok        {} (mode {mode:o})", "data directory", path.display());
        if mode & 0o077 != 0 {
            self.problems.push(format!(
                "The data directory {} can be read by others (mode {mode:o}): run `chmod 700 {}`.",
                path.display(),
                path.display()
            ));
        }
        if path.join("instance.key").exists()
            && let Err(error) = data_dir::instance_key(path)
        {
            self.problems.push(error.to_string());
        }
    }

    /// Starts the engines for people's code and tries their jails.
    async fn sandbox(&mut self, settings: &config::Sandbox) {
        for engine in sandbox::Sandbox::new(settings.config(), None).engines().await {
            let name = format!("code: {}", engine.language.as_str());
            let absent = engine.state == sandbox::EngineState::Absent;
            let state = match engine.state {
                sandbox::EngineState::Ready => "ok",
                sandbox::EngineState::Unprotected => "degraded",
                sandbox::EngineState::Off => "down",
                sandbox::EngineState::Absent => "absent",
            };
            let _ = writeln!(
                self.text,
                "  {name:<28} {state:<9} {}",
                if absent { engine.reason.as_deref().unwrap_or_default() } else { &engine.version }
            );
            if let Some(proof) = &engine.proof {
                for layer in &proof.layers {
                    let _ =
                        writeln!(self.text, "    {:<26} {:<9} {}", layer.layer.as_str(), if layer.on { "on" } else { "off" }, layer.detail);
                }
                for attempt in &proof.attempts {
                    let held = if attempt.refused { "refused" } else { "POSSIBLE" };
                    let _ = writeln!(self.text, "    {:<26} {held:<9} {}", attempt.name, attempt.detail);
                }
            }
            match (engine.state, engine.reason) {
                (sandbox::EngineState::Off, Some(reason)) => {
                    self.problems.push(format!("{} cannot be run: {reason}", engine.language.as_str()));
                }
                (sandbox::EngineState::Unprotected, _) => {
                    let language = engine.language.as_str();
                    self.problems.push(format!(
                        "CODE_RUNNER_TYPE=local: {language} that people write is not jailed and can do what the server can."
                    ));
                }
                _ => {}
            }
        }
        for name in settings.without_effect() {
            let _ = writeln!(self.text, "  {name:<28} has no effect: code in the sandbox gets nothing of the host");
        }
    }

    async fn running_parts(&mut self, settings: &Settings, data: &Path) {
        let options = match settings.database.options(data) {
            Ok(options) => options,
            Err(why) => return self.problems.push(why),
        };
        let fresh = options.url.strip_prefix("sqlite:").is_some_and(|file| !Path::new(file).exists());
        if fresh {
            let _ = writeln!(self.text, "  {:<28} ok        SQLite (made at the first start)", "database");
            return;
        }
        let db = match Db::connect(&options).await {
            Ok(db) => db,
            Err(error) => return self.problems.push(format!("The database cannot be opened: {error}. Check DATABASE_URL.")),
        };
        let blobs = match store::Blobs::folder(data.join("blobs")) {
            Ok(blobs) => blobs,
            Err(error) => return self.problems.push(format!("The file store cannot be opened: {error}.")),
        };
        for component in Components::new(db.clone(), blobs).check().await {
            let state = format!("{:?}", component.state).to_lowercase();
            let _ = writeln!(self.text, "  {:<28} {state:<9} {}", component.name, component.detail);
            if !component.is_usable() {
                self.problems.push(format!("{}: {}", component.name, component.detail));
            }
        }
        db.close().await;
    }

    fn suspicions(&mut self, sources: &Sources) {
        let known: Vec<_> = config::definitions().map(|(_, d)| d.name).collect();
        for (written, meant) in sources.suspicious(&known) {
            self.problems.push(format!("{written} in .env is not a setting of Hearth. Did you mean {meant}?"));
        }
    }
}

/// A setting as people may see it.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct InForce {
    /// Its name.
    pub name: &'static str,
    /// Its value; `***` for a secret that is set.
    pub value: String,
    /// `default`, `hearth.toml`, `.env`, `environment`, `flag`.
    pub origin: String,
}

/// All settings in force.
pub fn in_force(sources: &Sources) -> Vec<InForce> {
    let one = |definition: &config::Definition| {
        let (origin, text) = sources.text(definition.name).unwrap_or((config::Origin::Default, definition.default));
        let value = if definition.secret && !text.is_empty() { redact(text) } else { text.to_owned() };
        InForce { name: definition.name, value, origin: origin.to_string() }
    };
    config::definitions().map(|(_, definition)| one(definition)).collect()
}

/// Of an address the host stays visible; of anything else nothing.
fn redact(text: &str) -> String {
    match url::Url::parse(text) {
        Ok(url) if url.has_host() => format!("{}://***@{}{}", url.scheme(), url.host_str().unwrap_or(""), url.path()),
        Ok(url) if url.scheme() == "sqlite" => text.to_owned(),
        _ => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted() {
        assert_eq!(redact("mysql://root:pw@db:3306/hearth"), "mysql://***@db/hearth");
        assert_eq!(redact("hunter2"), "***");
        assert_eq!(redact("sqlite:/data/x.db"), "sqlite:/data/x.db");
    }
}
