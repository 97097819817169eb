//! Knowledge: three kinds of nodes over one port ([`crate::ports::knowledge`]), and the tool by which
//! model nodes search.

mod params;
mod run;
#[cfg(test)]
mod tests;
mod tool;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::{Field, FileKind, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::ports::{Knowledge, Services};
use crate::reading::{Reading, both, form};
use params::{DeleteParams, RetrieveParams, WriteParams};

pub use tool::{KnowledgeTool, TOOL};

/// The port, where it is wired.
type Port = Option<Arc<dyn Knowledge>>;

/// Finds slices.
struct Retrieve(Port);
/// Adds a document.
struct Write(Port);
/// Removes a document.
struct Delete(Port);

/// All of them.
pub fn kinds(services: &Services) -> Vec<Arc<dyn NodeType>> {
    let port = || services.knowledge.clone();
    vec![Arc::new(Retrieve(port())), Arc::new(Write(port())), Arc::new(Delete(port()))]
}

impl NodeType for Retrieve {
    fn spec(&self) -> NodeSpec {
        let slice = Type::Object(vec![Field::new("documentId", Type::String), Field::new("output", Type::String)]);
        NodeSpec {
            params: form::<RetrieveParams>(params::RETRIEVE),
            inputs: Declares::Kind(vec![Field::required("Query", Type::String)]),
            outputs: Declares::Kind(vec![Field::new("outputList", Type::List(Box::new(slice)))]),
            effect: Effect::Read,
            ..spec(
                "knowledge_retrieve",
                "book-search",
                both("知识库检索", "Search knowledge"),
                both("在知识库中查找与问题最相关的片段。", "Finds the slices of knowledge bases that answer a query best."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<RetrieveParams>(id, node)?;
        if params.knowledge_ids.is_empty() {
            reading.error("/params/knowledge_ids", "missing_param", "至少需要一个知识库", "At least one knowledge base is needed");
        }
        if params.top_k == 0 {
            reading.error("/params/top_k", "out_of_range", "至少为 1", "It must be at least 1");
        }
        share(&mut reading, "/params/min_score", params.min_score);
        reading.done(|| Action::Task(Arc::new(run::Retrieve { port: self.0.clone(), query: params.query() })))
    }
}

impl NodeType for Write {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<WriteParams>(params::WRITE),
            inputs: Declares::Kind(vec![Field::required("knowledge", Type::File(FileKind::Any))]),
            outputs: Declares::Kind(["documentId", "fileName", "fileUrl"].map(|name| Field::new(name, Type::String)).into()),
            effect: Effect::Write,
            ..spec(
                "knowledge_write",
                "book-plus",
                both("知识库写入", "Add to knowledge"),
                both("将文件解析、切分后写入知识库。", "Reads a file, cuts it into slices and adds it to a knowledge base."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<WriteParams>(id, node)?;
        reading.filled("/params/knowledge_id", &params.knowledge_id);
        share(&mut reading, "/params/chunking/overlap", params.chunking.overlap.unwrap_or_default());
        if !params.indexing.is_null() && !params.indexing.is_object() {
            reading.error("/params/indexing", "invalid_params", "应为对象", "It must be an object");
        }
        let WriteParams { knowledge_id: knowledge, parsing, chunking, .. } = params;
        reading.done(|| Action::Task(Arc::new(run::Write { port: self.0.clone(), knowledge, parsing, chunking })))
    }
}

impl NodeType for Delete {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<DeleteParams>(params::DELETE),
            inputs: Declares::Kind(vec![Field::required("documentID", Type::String)]),
            outputs: Declares::Kind(vec![Field::new("isSuccess", Type::Boolean)]),
            effect: Effect::Write,
            ..spec(
                "knowledge_delete",
                "book-minus",
                both("知识库删除", "Remove from knowledge"),
                both("从知识库中删除文档。", "Removes a document from a knowledge base."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<DeleteParams>(id, node)?;
        reading.filled("/params/knowledge_id", &params.knowledge_id);
        reading.done(|| Action::Task(Arc::new(run::Delete { port: self.0.clone(), knowledge: params.knowledge_id })))
    }
}

fn spec(kind: &str, icon: &str, title: flow::tool::Localized, description: flow::tool::Localized) -> NodeSpec {
    NodeSpec { fill_inputs: true, fill_outputs: true, fallible: true, ..NodeSpec::new(kind, Category::Knowledge, icon, title, description) }
}

fn share(reading: &mut Reading<'_>, path: &str, value: f64) {
    if !(0.0..=1.0).contains(&value) {
        reading.error(path, "out_of_range", "应在 0 到 1 之间", "It must be between 0 and 1");
    }
}
