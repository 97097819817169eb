//! Searching, adding, removing; the tool of model nodes.

use flow::node::Output;
use flow::tool::{Tool as _, ToolContext};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::*;
use crate::ports::fakes::FakeKnowledge;
use crate::ports::knowledge::{Chunking, ChunkingMode, NewDocument, Parsing, ParsingMode, Query, Slice, Strategy, Written};
use crate::testkit::{cx, inputs, node, task, wrong};

fn run(kind: &dyn NodeType, params: Value, given: Value) -> Output {
    block_on(task(kind, &node(params, json!({}), json!({}))).run(&cx(), inputs(given))).unwrap()
}

fn slice(id: &str, text: &str) -> Slice {
    Slice { document_id: id.into(), output: text.into() }
}

#[test]
fn a_search_gives_slices() {
    let fake = Arc::new(FakeKnowledge::default());
    fake.finds(Ok(vec![slice("v1", "one"), slice("v2", "two")]));
    let params = json!({
        "knowledge_ids": ["7", "8"], "strategy": "hybrid", "top_k": 5, "min_score": 0.5, "rerank": true, "rewrite": true,
        "personal_only": true, "history": { "enabled": true, "rounds": 3 },
    });
    let output = run(&Retrieve(Some(fake.clone())), params, json!({ "Query": "food" }));
    assert_eq!(output.values["outputList"], json!([{ "documentId": "v1", "output": "one" }, { "documentId": "v2", "output": "two" }]));
    let query = Query {
        knowledge_ids: vec!["7".into(), "8".into()],
        text: "food".into(),
        strategy: Strategy::Hybrid,
        top_k: 5,
        min_score: 0.5,
        rerank: true,
        rewrite: true,
        nl2sql: false,
        personal_only: true,
        history_rounds: 3,
    };
    assert_eq!(fake.queries(), [query]);
}

#[test]
fn a_file_becomes_a_document() {
    let fake = Arc::new(FakeKnowledge::default());
    for _ in 0..2 {
        fake.writes(Ok(Written { document_id: "1".into(), file_name: "f.docx".into(), file_url: "u".into() }));
    }
    let params = json!({
        "knowledge_id": "7",
        "parsing": { "mode": "accurate", "images": true },
        "chunking": { "mode": "custom", "separator": "\n", "max_tokens": 800, "overlap": 0.1 },
        "indexing": {},
    });
    let output = run(&Write(Some(fake.clone())), params.clone(), json!({ "knowledge": "http://h/f" }));
    assert_eq!(Value::Object(output.values), json!({ "documentId": "1", "fileName": "f.docx", "fileUrl": "u" }));
    run(&Write(Some(fake.clone())), params, json!({ "knowledge": { "url": "http://h/g", "name": "g.pdf" } }));
    let chunking = Chunking { mode: ChunkingMode::Custom, separator: Some("\n".into()), max_tokens: Some(800), overlap: Some(0.1) };
    let document = NewDocument {
        knowledge: "7".into(),
        url: "http://h/f".into(),
        name: String::new(),
        parsing: Parsing { mode: ParsingMode::Accurate, images: true, ..Parsing::default() },
        chunking,
    };
    let named = NewDocument { url: "http://h/g".into(), name: "g.pdf".into(), ..document.clone() };
    assert_eq!(fake.documents(), [document, named]);
}

#[test]
fn no_file_is_no_document() {
    let node = node(json!({ "knowledge_id": "7" }), json!({}), json!({}));
    let fake: Port = Some(Arc::new(FakeKnowledge::default()));
    for nothing in [json!(null), json!(""), json!({}), json!(5)] {
        let given = inputs(json!({ "knowledge": nothing }));
        assert_eq!(block_on(task(&Write(fake.clone()), &node).run(&cx(), given)).unwrap_err().code, "invalid_input");
    }
}

#[test]
fn a_document_is_removed_once() {
    let cx = cx();
    let fake: Port = Some(Arc::new(FakeKnowledge::default().with(cx.workspace, "7")));
    let write = task(&Write(fake.clone()), &node(json!({ "knowledge_id": "7" }), json!({}), json!({})));
    let written = block_on(write.run(&cx, inputs(json!({ "knowledge": "http://h/heron.txt" })))).unwrap();
    let delete = task(&Delete(fake), &node(json!({ "knowledge_id": "7" }), json!({}), json!({})));
    let given = || inputs(json!({ "documentID": written.values["documentId"] }));
    assert_eq!(block_on(delete.run(&cx, given())).unwrap().values["isSuccess"], true);
    assert_eq!(block_on(delete.run(&cx, given())).unwrap().values["isSuccess"], false);
}

#[test]
fn the_tool_takes_what_model_nodes_send() {
    let fake = Arc::new(FakeKnowledge::default());
    fake.finds(Ok(vec![slice("1", "x")]));
    let tool = KnowledgeTool::new(fake.clone());
    let cx = cx();
    let context = ToolContext { run: cx.run, workspace: cx.workspace, user: cx.user, idempotency_key: String::new(), time_zone: None };
    let arguments =
        serde_json::to_value(Query { text: "q".into(), knowledge_ids: vec!["7".into()], top_k: 3, ..Query::default() }).unwrap();
    assert!(jsonschema::validator_for(&tool.info().parameters).unwrap().is_valid(&arguments));
    let given = block_on(tool.call(&context, arguments)).unwrap();
    assert_eq!(given, json!({ "outputList": [{ "documentId": "1", "output": "x" }] }));
    assert_eq!(fake.queries()[0].text, "q");
    assert_eq!(block_on(tool.call(&context, json!({ "query": 1 }))).unwrap_err().code, "invalid_arguments");
    let refused = block_on(tool.call(&context, json!({ "query": "q", "knowledge_ids": ["gone"] }))).unwrap_err();
    assert_eq!(refused.code, "knowledge_not_found");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |kind: &dyn NodeType, params: Value, expected: &[&str]| {
        let found: Vec<String> = wrong(kind, &node(params, json!({}), json!({}))).into_iter().map(|(_, path)| path).collect();
        assert_eq!(found, expected);
    };
    let retrieve = json!({ "knowledge_ids": [], "top_k": 0, "min_score": -1 });
    check(&Retrieve(None), retrieve, &["/params/knowledge_ids", "/params/top_k", "/params/min_score"]);
    let write = json!({ "knowledge_id": "", "chunking": { "overlap": 2 }, "indexing": 1 });
    check(&Write(None), write, &["/params/knowledge_id", "/params/chunking/overlap", "/params/indexing"]);
    check(&Delete(None), json!({}), &["/params/knowledge_id"]);
    let node = node(json!({ "knowledge_ids": ["1"] }), json!({}), json!({}));
    assert_eq!(block_on(task(&Retrieve(None), &node).run(&cx(), inputs(json!({})))).unwrap_err().code, "not_available");
}
