//! Every canvas of the conformance folders: `HEARTH_CONFORMANCE`, default `../shared/conformance` beside the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{export, import, round_trip};
use crate::canvas::report::{Level, Outcome};

fn folder() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let folder = std::env::var_os("HEARTH_CONFORMANCE").map_or(default, PathBuf::from);
    folder.join("canvases").is_dir().then_some(folder)
}

/// The canvases by their path below the folder.
pub fn canvases() -> BTreeMap<String, Value> {
    fn walk(root: &Path, dir: &Path, found: &mut BTreeMap<String, Value>) {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|e| e == "json") && !path.ends_with("cases.json") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let Some(root) = folder() else { return found };
    walk(&root, &root.join("canvases"), &mut found);
    walk(&root, &root.join("canvas"), &mut found);
    assert!(found.len() >= 40, "both folders are there: {}", found.len());
    found
}

#[test]
fn every_file_comes_back_the_same() {
    for (name, canvas) in canvases() {
        let imported = round_trip(&canvas);
        for node in &imported.report.nodes {
            assert!(node.outcome == Outcome::CarriedOver, "{name}: {node:#?}");
            assert!(node.notes.iter().all(|note| note.level == Level::NeedsMapping), "{name}: {:#?}", node.notes);
        }
        assert!(imported.report.is_complete(), "{name}: {:#?}", imported.report.notes);
    }
}

#[test]
fn an_export_runs_as_the_canvas_did() {
    for (name, canvas) in canvases() {
        let exported = export(&import(&canvas).unwrap().document);
        assert!(exported.report.is_complete(), "{name}: {:#?}", exported.report);
        equivalent(&name, &canvas, &exported.canvas);
    }
}

#[test]
fn what_was_moved_on_the_canvas_is_exported_where_it_stands() {
    let (_, canvas) = canvases().into_iter().next().unwrap();
    let mut document = import(&canvas).unwrap().document;
    for node in document.nodes.values_mut() {
        node.view = serde_json::json!({ "x": 12, "y": 34 });
    }
    let exported = export(&document).canvas;
    for node in exported["nodes"].as_array().unwrap() {
        assert_eq!(node["meta"]["position"], serde_json::json!({ "x": 12, "y": 34 }), "{node}");
    }
}

/// Everything that the canvas says, the export says too; the form of literals may differ.
fn equivalent(place: &str, canvas: &Value, exported: &Value) {
    match (canvas, exported) {
        (Value::Null, _) => {}
        (Value::Array(items), Value::Null) if items.is_empty() => {}
        (Value::Object(map), Value::Object(other)) => {
            for (key, value) in map {
                if key == "blocks" || key == "edges" || !value.is_null() {
                    // Spellings of keys become one.
                    let same = other.iter().find(|(other, _)| other.eq_ignore_ascii_case(key)).map_or(&Value::Null, |(_, value)| value);
                    equivalent(&format!("{place}/{key}"), value, same);
                }
            }
        }
        (Value::Array(items), Value::Array(others)) => {
            for (at, item) in items.iter().enumerate() {
                let named = ["id", "name"].iter().find(|key| item[**key].is_string());
                let same = |other: &&Value| match (named, item["sourceNodeID"].is_string()) {
                    (Some(key), _) => other[*key] == item[*key],
                    (None, true) => {
                        ["sourceNodeID", "targetNodeID"].iter().all(|key| other[*key] == item[*key])
                            && text(&other["sourcePortID"]) == text(&item["sourcePortID"])
                    }
                    (None, false) => std::ptr::eq(*other, &raw const others[at.min(others.len() - 1)]),
                };
                let other = others.iter().find(same).unwrap_or_else(|| panic!("{place}/{at} is missing: {item}"));
                equivalent(&format!("{place}/{at}"), item, other);
            }
        }
        // The editor's colours are sometimes those of another type.
        _ if place.ends_with("/rawMeta/type") => {}
        // Numbers as texts, JSON as text, blanks around a URL, `0` for `0.0`.
        (a, b) => assert!(text(a).trim() == text(b).trim() || parsed(a) == parsed(b), "{place}: {a} is {b} now"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

fn parsed(value: &Value) -> Option<Value> {
    let value = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    Some(value.as_f64().map_or(value, Value::from))
}

#[test]
fn important_files_are_what_they_look_like() {
    let files = canvases();
    let important = [
        "canvases/loop_selector_variable_assign_text_processor.json",
        "canvases/batch/batch_with_inner_interrupt.json",
        "canvases/entry_exit.json",
        "canvases/exception/llm_default_output_retry_timeout.json",
        "canvases/llm_node_with_skills/llm_node_with_plugin_tool.json",
        "canvases/httprequester/custom_auth_form_data_body.json",
        "canvases/database_curd.json",
        "canvases/knowledge.json",
    ];
    for name in important {
        let Some(canvas) = files.get(name) else { continue };
        let mut imported = import(canvas).unwrap();
        for node in imported.document.nodes.values_mut() {
            node.view = Value::Null;
            node.description.clear();
            if let Some(code) = node.params.get_mut("code") {
                *code = "…".into();
            }
        }
        let seen = serde_json::json!({ "document": imported.document, "notes": notes(&imported.report) });
        insta::assert_json_snapshot!(name.replace(['/', '.'], "_"), seen);
    }
}

fn notes(report: &crate::canvas::Report) -> Vec<String> {
    let said =
        report.nodes.iter().flat_map(|node| node.notes.iter().map(|note| format!("{}: {}: {}", node.node, note.code, note.message.en)));
    said.chain(report.notes.iter().map(|note| format!("{}: {}", note.code, note.message.en))).collect()
}
