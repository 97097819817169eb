//! What a case may say. A field nobody here understands is a failure of the case, never overlooked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

/// A folder of cases.
#[derive(Clone)]
pub struct Cases {
    pub folder: Arc<PathBuf>,
    /// Of `_harness`: what holds where a case says nothing.
    pub defaults: Arc<Vec<Value>>,
    pub list: Arc<Vec<Case>>,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub file: String,
    pub how_run: String,
    pub mode: String,
    /// It counts.
    pub run: bool,
    pub mocks: Vec<Value>,
    pub input: Value,
    pub expect: Map<String, Value>,
    pub steps: Vec<Value>,
    pub related: Vec<Value>,
    /// Fields that are not understood.
    pub unknown: Vec<String>,
}

/// Fields of a case; the last ones are for people.
const FIELDS: &[&str] = &["id", "file", "how_run", "mode", "run", "mocks", "input", "expect", "steps", "related_files", "notes", "canvas"];

impl Cases {
    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("cases.json")).unwrap();
        let listed: Vec<Value> = serde_json::from_str(&text).expect("cases.json is a list of cases");
        let (harness, cases): (Vec<Value>, Vec<Value>) = listed.into_iter().partition(|case| case["id"] == "_harness");
        let defaults = harness.first().and_then(|harness| harness["mocks"].as_array().cloned()).unwrap_or_default();
        Self {
            folder: Arc::new(folder.to_path_buf()),
            defaults: Arc::new(defaults),
            list: Arc::new(cases.iter().map(Case::read).collect()),
        }
    }

    /// What a file of the folder holds; `None`: it is not there.
    pub fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(name)).ok()
    }
}

impl Case {
    fn read(case: &Value) -> Self {
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        let list = |key: &str| case[key].as_array().cloned().unwrap_or_default();
        let mut unknown = unknown("", case, FIELDS);
        for related in list("related_files") {
            unknown.extend(self::unknown("related_files.", &related, &["file", "as_id", "publish", "name", "used_for", "mode"]));
        }
        for step in list("steps") {
            unknown.extend(self::unknown("steps.", &step, &["do", "input", "data", "expect"]));
        }
        Self {
            id: text("id"),
            file: text("file"),
            how_run: text("how_run"),
            mode: text("mode"),
            run: case["run"].as_bool().unwrap_or_default(),
            mocks: list("mocks"),
            input: case["input"].clone(),
            expect: case["expect"].as_object().cloned().unwrap_or_default(),
            steps: list("steps"),
            related: list("related_files"),
            unknown,
        }
    }

    /// What `how_run` says at this word, up to the next blank or comma.
    pub fn said_after(&self, word: &str) -> Option<&str> {
        let (_, rest) = self.how_run.split_once(word)?;
        let rest = rest.trim_start_matches([' ', '=']);
        rest.split([' ', ',', ';', ')']).next().filter(|said| !said.is_empty())
    }

    /// The version that `how_run` publishes.
    pub fn version(&self) -> &str {
        let version = |word: &&str| {
            word.starts_with('v') && word[1..].split('.').count() == 3 && word[1..].split('.').all(|n| n.parse::<u32>().is_ok())
        };
        self.how_run.split([' ', ',', ';', '(', ')']).find(version).unwrap_or("v0.0.1")
    }

    /// The app that it runs for.
    pub fn app(&self) -> Option<&str> {
        self.said_after("project_id/app_id").or_else(|| self.said_after("project_id")).or_else(|| self.said_after("app_id"))
    }
}

/// Keys of an object that are not among these, as complaints.
pub fn unknown(place: &str, value: &Value, known: &[&str]) -> Vec<String> {
    let keys = value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    keys.filter(|key| !known.contains(key)).map(|key| format!("the runner does not understand `{place}{key}`")).collect()
}
