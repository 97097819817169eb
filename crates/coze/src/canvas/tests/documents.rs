//! Documents born in Hearth, and documents edited after an import.

use flow::value::{Field, Type};
use flow::workflow::{Binding, Document, Edge, Input, Node, OnError, Policy, Ref};
use serde_json::{Value, json};

use super::{canvas, export, import, literal};
use crate::canvas::catalogue;
use crate::canvas::report::{Outcome, Reason};

fn born(kind: &str, params: &Value) -> Node {
    Node { kind: kind.into(), version: 1, title: kind.into(), params: params.as_object().unwrap().clone(), ..Node::default() }
}

fn input(name: &str, node: &str, path: &str) -> Input {
    Input { name: name.into(), ty: Type::String, value: Some(Binding::Ref(Ref { node: node.into(), path: vec![path.into()] })) }
}

fn edge(from: &str, port: &str, to: &str) -> Edge {
    Edge { from: from.into(), port: port.into(), to: to.into() }
}

#[test]
fn a_document_born_here_becomes_a_canvas_that_means_the_same() {
    let mut document = Document::default();
    let start = Node { outputs: vec![Field::required("q", Type::String)], ..born("start", &json!({})) };
    let model = Node {
        inputs: vec![input("q", "begin", "q")],
        outputs: vec![Field::new("output", Type::String)],
        policy: Policy { on_error: OnError::Branch, retries: 2, ..Policy::default() },
        ..born("model", &json!({ "model_id": "5", "temperature": 0.5, "response_format": "text", "prompt": "{{q}}" }))
    };
    let request = Node {
        inputs: vec![input("q", "begin", "q")],
        ..born(
            "http_request",
            &json!({ "method": "GET", "url": "http://h/{{q}}", "headers": [{ "name": "a", "value": "b {{q}}" }], "query": [], "body": { "type": "none" } }),
        )
    };
    let end = Node { inputs: vec![input("o", "m", "output")], ..born("end", &json!({ "mode": "variables" })) };
    document.nodes.extend([
        ("begin".into(), start),
        ("m".into(), model),
        ("h".into(), request),
        ("fin".into(), end),
        ("w".into(), born("wait", &json!({}))),
    ]);
    document.edges =
        vec![edge("begin", "out", "m"), edge("m", "out", "h"), edge("m", "error", "fin"), edge("h", "out", "w"), edge("w", "out", "fin")];

    let exported = export(&document);
    let ids: Vec<&str> = exported.canvas["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["100001", "900001", "h", "m"], "without the node that Coze has not, with Coze's ids");
    let edges = exported.canvas["edges"].to_string();
    assert!(edges.contains("\"default\"") && edges.contains("\"branch_error\"") && !edges.contains("\"w\""), "{edges}");
    let said = |id: &str| exported.report.nodes.iter().find(|node| node.node.as_str() == id).unwrap();
    assert_eq!(said("w").outcome, Outcome::NotSupported);
    assert_eq!(said("h").notes, [Reason::NoCozeForm.about("a")]);
    assert!(!exported.report.is_complete());

    let back = import(&exported.canvas).unwrap().document;
    assert_eq!(back.nodes["m"].policy, document.nodes["m"].policy);
    assert_eq!(back.nodes["m"].params["model_id"], "5");
    assert_eq!(back.nodes["m"].inputs, [input("q", "100001", "q")]);
    assert_eq!(back.nodes["h"].inputs[0].value, input("q", "100001", "q").value);
    assert_eq!(import(&export(&back).canvas).unwrap().document, back);
}

#[test]
fn an_edit_wins_over_what_is_kept_and_takes_its_extras_along() {
    let params = json!([
        { "name": "a", "input": { "type": "string", "value": { "type": "literal", "content": "x", "rawMeta": { "type": 1, "fileName": "f" } } } },
        { "name": "b", "input": literal("string", "y") },
    ]);
    let data = json!({ "nodeMeta": { "title": "t", "icon": "i", "subTitle": "s" }, "inputs": { "inputParameters": params, "code": "old", "language": 3, "odd": { "deep": [1] } } });
    let mut document = import(&canvas(&[
        json!({ "id": "n", "type": "5", "meta": { "position": { "x": 1, "y": 2 }, "canvasPosition": { "x": 3 } }, "data": data }),
    ]))
    .unwrap()
    .document;
    let node = document.nodes.get_mut("n").unwrap();
    assert_eq!((&node.view["x"], &node.view["y"]), (&json!(1), &json!(2)));
    node.title = "new".into();
    node.params["code"] = "new".into();
    node.inputs.remove(0);
    let exported = export(&document).canvas;
    let node = exported["nodes"].as_array().unwrap().iter().find(|node| node["id"] == "n").unwrap();
    assert_eq!(node["data"]["nodeMeta"], json!({ "title": "new", "icon": "i", "subTitle": "s" }));
    assert_eq!(node["data"]["inputs"]["code"], "new");
    assert_eq!(node["data"]["inputs"]["odd"], json!({ "deep": [1] }));
    assert_eq!(node["data"]["inputs"]["inputParameters"].as_array().unwrap().len(), 1, "what was removed stays removed");
    assert_eq!(node["meta"]["canvasPosition"], json!({ "x": 3 }));
    assert!(!exported.to_string().contains("fileName"));
}

#[test]
fn notes_keep_their_form_until_their_text_changes() {
    let note = "[{\"type\":\"paragraph\",\"children\":[{\"text\":\"one \",\"type\":\"text\"},{\"text\":\"bold\",\"bold\":true}]},{\"type\":\"paragraph\",\"children\":[{\"text\":\"two\"}]}]";
    let mut document = import(&canvas(&[json!({ "id": "n", "type": "31", "data": { "inputs": { "note": note, "schemaType": "slate" }, "size": { "width": 1, "height": 2 } } })])).unwrap().document;
    assert_eq!(document.nodes["n"].params["text"], "one bold\ntwo");
    assert_eq!(document.nodes["n"].view, json!({ "width": 1, "height": 2, "coze": { "note": note } }));
    let written = |document: &Document| {
        let canvas = export(document).canvas;
        canvas["nodes"].as_array().unwrap().iter().find(|node| node["id"] == "n").unwrap()["data"]["inputs"]["note"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(written(&document), note);
    document.nodes.get_mut("n").unwrap().params["text"] = "three".into();
    assert_eq!(written(&document), "[{\"type\":\"paragraph\",\"children\":[{\"text\":\"three\",\"type\":\"text\"}]}]");
}

#[test]
fn a_loop_holds_its_body_here_and_stands_in_coze_where_it_stood() {
    let at = |id: &str, ty: &str, x: f64, y: f64| json!({ "id": id, "type": ty, "meta": { "position": { "x": x, "y": y } }, "data": {} });
    let mut each = at("n", "21", 300.0, -13.3);
    each["meta"]["canvasPosition"] = json!({ "x": 208.5, "y": 179.7 });
    each["blocks"] = json!([at("in", "15", -149.9416, 128.85), at("next", "15", 320.5, 40.25)]);
    let file = canvas(&[each, at("far", "15", 800.5, 0.0)]);
    let mut document = import(&file).unwrap().document;
    let view = |document: &Document, id: &str, key: &str| document.nodes[id].view[key].as_f64().unwrap();
    assert_eq!((view(&document, "in", "x"), view(&document, "next", "y")), (64.0, 84.0));
    assert!(
        view(&document, "n", "width") > 264.0 + 470.0
            && view(&document, "far", "x") > view(&document, "n", "x") + view(&document, "n", "width")
    );

    let place = |document: &Document, id: &str| {
        let canvas = export(document).canvas;
        let nodes = canvas["nodes"].as_array().unwrap();
        let inner = nodes.iter().filter_map(|node| node["blocks"].as_array()).flatten();
        let node = nodes.iter().chain(inner).find(|node| node["id"] == id).unwrap();
        assert!(node["data"].get("size").is_none());
        node["meta"]["position"].clone()
    };
    assert_eq!(place(&document, "in"), json!({ "x": -149.9416, "y": 128.85 }));
    assert_eq!(place(&document, "far"), json!({ "x": 800.5, "y": 0.0 }));
    let moved = document.nodes.get_mut("in").unwrap();
    moved.view["x"] = json!(164);
    assert_eq!(place(&document, "in"), json!({ "x": -50.0, "y": 128.85 }), "as far from the others as it is here");
}

#[test]
fn a_type_is_listed_once_and_is_one_kind() {
    assert_eq!(catalogue::ALL.len(), 41);
    for coze in catalogue::ALL {
        assert_eq!(catalogue::by_number(&coze.number.to_string()), Some(coze));
        assert_eq!(catalogue::by_kind(coze.kind), Some(coze));
    }
    assert_eq!(catalogue::by_kind("output").map(|coze| (coze.number, coze.wire)), Some((13, "Message")));
    assert_eq!(catalogue::by_number("x"), None);
}

#[test]
fn what_reports_say_is_documented_in_both_languages() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for page in ["coze-compatibility.md", "coze-compatibility.zh-CN.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        for reason in Reason::ALL {
            assert!(text.contains(&format!("`{}`", reason.name())), "{page} lacks {}", reason.name());
        }
    }
}
