//! Direction of dependencies, file sizes, module comments, twin keys of the two languages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Layer of each crate. A crate may use crates of lower layers; [`ALSO`] lists the only edges
/// within a layer. Leaves are used by `server` alone and use contracts only.
const LAYERS: &[(&str, u8)] = &[
    ("types", 0),
    ("store", 1),
    ("db", 1),
    ("model", 1),
    ("flow", 1),
    ("egress", 1),
    ("rest", 1),
    ("identity", 2),
    ("engine", 3),
    ("studio", 3),
    ("chat", 3),
    ("providers", 3),
    ("tools", 3),
    ("sandbox", 3),
    ("nodes", 3),
    ("importers", 3),
    ("coze", 4),
    ("webui", 4),
    ("server", 5),
    ("hearth-tests", 6),
    ("hearth-benches", 6),
    ("xtask", 6),
];

/// Edges within a layer, each with its reason.
const ALSO: &[(&str, &str, &str)] = &[("flow", "model", "a run is told in the messages of the model contract")];

/// Leaves: layers 0 and 1 only, and nobody but `server` (and tests) uses them.
const LEAVES: &[&str] = &["providers", "tools", "nodes", "importers", "webui"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn dependencies_point_down() {
    let metadata = cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let layers: BTreeMap<&str, u8> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(layer) = layers.get(name) else {
            wrong.push(format!("{name} has no layer: add it to LAYERS"));
            continue;
        };
        let ours = package.dependencies.iter().filter(|d| d.path.is_some() && d.kind != cargo_metadata::DependencyKind::Development);
        for dependency in ours {
            let to = dependency.name.as_str();
            let target = layers.get(to).copied().unwrap_or(u8::MAX);
            let listed = ALSO.iter().any(|(a, b, _)| (*a, *b) == (name, to));
            let leaf_too_high = LEAVES.contains(&name) && target > 1;
            let leaf_used = LEAVES.contains(&to) && *layer < 5;
            if (target >= *layer && !listed) || leaf_too_high || leaf_used {
                wrong.push(format!("{name} -> {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "edges outside the table:\n{}", wrong.join("\n"));
}

/// Files of ours with one of these endings; not generated, not built, not of others.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        let skip = ["target", "node_modules", "dist", ".git", "data", ".venv"];
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !skip.contains(&name.as_str()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|e| name.ends_with(e)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), endings, &mut found);
    found
}

fn is_test(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.contains("/tests/") || text.contains("/e2e/") || text.ends_with("tests.rs") || text.contains(".test.")
}

#[test]
fn files_stay_short() {
    let generated = ["schema.d.ts"];
    let long: Vec<String> = files(&[".rs", ".ts", ".tsx", ".py", ".sh"])
        .into_iter()
        .filter(|p| !generated.iter().any(|g| p.ends_with(g)))
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).ok()?.lines().count();
            let limit = if is_test(&path) { 800 } else { 500 };
            (lines > limit).then(|| format!("{} has {lines} lines, {limit} are allowed", path.strip_prefix(root()).unwrap().display()))
        })
        .collect();
    assert!(long.is_empty(), "make a folder of it, one file per operation:\n{}", long.join("\n"));
}

#[test]
fn modules_say_what_they_are() {
    let silent: Vec<String> = files(&[".rs"])
        .into_iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    assert!(silent.is_empty(), "these begin without `//!`:\n{}", silent.join("\n"));
}

#[test]
fn library_roots_hold_no_code() {
    for path in files(&["lib.rs"]) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 100, "{} has {lines} lines: only docs, `mod` and `pub use` belong there", path.display());
    }
}

fn keys(prefix: &str, value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                keys(&format!("{prefix}.{key}"), inner, found);
            }
        }
        _ => {
            found.insert(prefix.to_owned());
        }
    }
}

/// i18next writes plural forms as `_one`, `_other`; Chinese has only `_other`.
fn without_plural(key: &str) -> String {
    ["_zero", "_one", "_two", "_few", "_many", "_other"].iter().find_map(|s| key.strip_suffix(s)).unwrap_or(key).to_owned()
}

#[test]
fn both_languages_have_the_same_keys() {
    let base = root().join("web/src/i18n");
    let collect = |language: &str| {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(base.join(language)).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let value = serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
            keys(&name, &value, &mut found);
        }
        found.into_iter().map(|k| without_plural(&k)).collect::<BTreeSet<_>>()
    };
    let (zh, en) = (collect("zh-CN"), collect("en"));
    assert!(en.len() > 50, "the texts are where this test looks");
    let alone: Vec<_> = zh.symmetric_difference(&en).collect();
    assert!(alone.is_empty(), "keys without a twin: {alone:#?}");
}

#[test]
fn readmes_have_twins() {
    for name in ["README.md", "README.zh-CN.md", "docs/getting-started.md", "docs/getting-started.zh-CN.md"] {
        assert!(root().join(name).is_file(), "{name} is missing");
    }
}
