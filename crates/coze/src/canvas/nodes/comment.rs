//! Comment (31): Coze keeps a note as the JSON of its editor, Hearth as text.

use serde_json::{Value, json};

use super::{Reading, Writing};
use crate::canvas::json as lenient;

pub fn read(reading: &mut Reading<'_>) {
    let note = &reading.inputs["note"];
    let text = plain(note);
    if !note.is_null() && *note != simple(&text) {
        reading.keep("note", note.clone());
    }
    reading.param("text", text);
}

pub fn write(writing: &mut Writing<'_>) {
    let text = writing.text("text");
    let kept = writing.kept("note").filter(|note| plain(note) == text);
    writing.inputs.insert("note".into(), kept.cloned().unwrap_or_else(|| simple(text)));
    writing.inputs.insert("schemaType".into(), "slate".into());
}

/// A note of plain paragraphs.
fn simple(text: &str) -> Value {
    let paragraphs: Vec<Value> =
        text.split('\n').map(|line| json!({ "type": "paragraph", "children": [{ "text": line, "type": "text" }] })).collect();
    Value::from(paragraphs).to_string().into()
}

/// The text of a note, a line for each block.
fn plain(note: &Value) -> String {
    let Some(text) = note.as_str() else { return String::new() };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(blocks)) => blocks.iter().map(words).collect::<Vec<_>>().join("\n"),
        _ => text.to_owned(),
    }
}

fn words(block: &Value) -> String {
    let own = block["text"].as_str().unwrap_or_default().to_owned();
    lenient::items(&block["children"]).iter().fold(own, |text, child| text + &words(child))
}
