//! Workflows to begin with: the files of `examples/workflows`. They run with the offline model and built-in nodes; a test
//! runs each and compares with the `.run.json` beside it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use flow::workflow::{Document, NodeId};
use serde::Deserialize;
use serde_json::Value;

use crate::agents::templates::Language;

/// A workflow to begin with. As a file it can be imported like any export.
#[derive(Debug, Clone, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// An emoji.
    pub icon: String,
    /// `basics`, `models`, `logic`, `lists`, `people`, `utilities`, `chat` or `code`.
    pub category: String,
    /// In English.
    pub name: String,
    /// In English.
    pub description: String,
    /// In Chinese.
    #[serde(rename = "zh-CN")]
    pub chinese: Texts,
    /// The document; its nodes have English titles.
    pub document: Document,
    /// Inputs that show it.
    #[serde(skip)]
    pub inputs: Value,
}

impl Template {
    /// Name and description.
    pub fn texts(&self, language: Language) -> (&str, &str) {
        match language {
            Language::Chinese => (&self.chinese.name, &self.chinese.description),
            Language::English => (&self.name, &self.description),
        }
    }

    /// The document with its titles in a language.
    pub fn document(&self, language: Language) -> Document {
        let mut document = self.document.clone();
        if language == Language::Chinese {
            for (id, title) in &self.chinese.titles {
                if let Some(node) = document.nodes.get_mut(id) {
                    node.title.clone_from(title);
                }
            }
        }
        document
    }
}

/// What people read of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Texts {
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// Titles of all nodes.
    pub titles: BTreeMap<NodeId, String>,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$((
            include_str!(concat!("../../../../examples/workflows/", $name, ".json")),
            include_str!(concat!("../../../../examples/workflows/", $name, ".run.json")),
        )),*]
    };
}

const FILES: [(&str, &str); 15] = files![
    "greeting",
    "summary",
    "translate_lines",
    "contact_card",
    "ticket_routing",
    "order_total",
    "csv_ranking",
    "letters",
    "refund_approval",
    "interview",
    "calculator_chat",
    "fibonacci",
    "safe_json",
    "reminder_date",
    "code_statistics",
];

/// All, in the order shown to people. (A test reads every file, so none is left out at run time.)
pub fn all() -> &'static [Template] {
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| FILES.iter().filter_map(|(file, run)| read(file, run).ok()).collect());
    &ALL
}

fn read(file: &str, run: &str) -> serde_json::Result<Template> {
    let mut template: Template = serde_json::from_str(file)?;
    let mut run: Value = serde_json::from_str(run)?;
    template.inputs = run["inputs"].take();
    Ok(template)
}

/// The template of this id.
pub fn get(id: &str) -> Option<&'static Template> {
    all().iter().find(|template| template.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_template() {
        for (file, run) in FILES {
            let template = read(file, run).unwrap();
            assert!(
                template.inputs.is_object() && !template.chinese.name.is_empty() && !template.description.is_empty(),
                "{}",
                template.id
            );
            assert!(template.chinese.titles.keys().eq(template.document.nodes.keys()), "{}: each node has a Chinese title", template.id);
            let mut laid = template.document.clone();
            flow::workflow::layout::unfold(&mut laid, |kind| matches!(kind, "loop" | "batch"));
            let placed = |node: &flow::workflow::Node| node.view["x"].is_number() && node.view["y"].is_number();
            assert!(laid == template.document && laid.nodes.values().all(placed), "{} is not laid out as the canvas does", template.id);
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/workflows");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2 * FILES.len(), "each file of the folder is listed");
    }
}
