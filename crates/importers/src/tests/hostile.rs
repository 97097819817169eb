//! Files that nobody should make: an error in words or a report, soon, whatever stands in them.

use std::time::{Duration, Instant};

use flow::workflow::import::{Imported, Importers as _};
use proptest::prelude::*;
use serde_json::{Value, json};
use types::Failure;

use crate::{Files, MAX_LOOPS, MAX_NODES, MAX_NOTES};

/// More than a person waits for, in a build without optimisations on a busy machine. What grows with the square of a file's
/// size takes minutes here.
const PATIENCE: Duration = Duration::from_secs(10);

/// In how far the time matters, the answer matters more.
fn soon<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    assert!(took < PATIENCE, "{what} took {took:?}");
    done
}

fn read(what: &str, file: &Value) -> Result<Imported, Failure> {
    soon(what, || Files.import(Files.detect(file).unwrap_or("n8n"), file))
}

fn code(result: Result<impl Sized, Failure>) -> String {
    result.err().map(|failure| failure.code.into_owned()).unwrap_or_default()
}

/// A node of n8n.
fn n8n(name: impl Into<String>, ty: &str, parameters: Value) -> Value {
    let mut node = json!({ "name": name.into(), "type": format!("n8n-nodes-base.{ty}"), "typeVersion": 3, "position": [0, 0] });
    node["parameters"] = parameters;
    node
}

/// Connections of n8n by their ends.
fn connections(ways: impl IntoIterator<Item = (String, Vec<String>)>) -> Value {
    let to = |names: Vec<String>| names.into_iter().map(|name| json!({ "node": name })).collect::<Value>();
    Value::Object(ways.into_iter().map(|(from, names)| (from, json!({ "main": [to(names)] }))).collect())
}

fn dify(nodes: Value, edges: Value) -> Value {
    let mut file = json!({ "app": { "mode": "workflow" }, "workflow": { "graph": {} } });
    file["workflow"]["graph"]["nodes"] = nodes;
    file["workflow"]["graph"]["edges"] = edges;
    file
}

fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("n{n}"))
}

#[test]
fn a_file_that_was_cut_is_no_file() {
    let whole = json!({ "nodes": [n8n("A", "manualTrigger", json!({})), n8n("B", "set", json!({ "text": "a \"b\" \u{1F600}" }))], "connections": {} });
    let text = whole.to_string();
    assert_eq!(Files.parse(&text).unwrap(), whole);
    for end in (1..text.len()).filter(|end| text.is_char_boundary(*end)) {
        assert_eq!(code(Files.parse(&text[..end])), "workflow_file_invalid", "{}", &text[..end]);
    }
    let large = format!("{{\"nodes\": [{}", format!("{{\"name\": \"{}\"}},", "a".repeat(90)).repeat(100_000));
    assert_eq!(code(soon("10 MB, cut", || Files.parse(&large))), "workflow_file_invalid");
}

#[test]
fn large_and_deep_files_are_refused_in_words() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    for deep in [nested("[", "]"), nested("{\"a\":", "}"), "[".repeat(10_000), "- ".repeat(10_000), nested("{a: ", "}")] {
        let refused = code(soon("10,000 levels", || Files.parse(&deep)));
        assert!(refused.starts_with("workflow_file_"), "{refused}: {}", &deep[..20]);
    }
    let wide = format!("{}{}", "{a: ".repeat(10_000), "x, ".repeat(1 << 20));
    assert_eq!(code(soon("10,000 levels and much in them", || Files.parse(&wide))), "workflow_file_too_large");
    let balanced = format!("workflow: [{}]\n", "\"}\", {a: '['}, ".repeat(5000));
    assert!(Files.parse(&balanced).is_ok(), "texts have brackets too");
    let inside = (0..500).fold(json!(1), |inner, _| json!([inner]));
    let file = json!({ "nodes": [n8n("A", "set", inside)], "connections": {} });
    assert_eq!(code(read("500 levels", &file)), "workflow_file_too_large");

    let text = json!({ "nodes": [n8n("A", "code", json!({ "jsCode": "x".repeat(10 << 20) }))], "connections": {} }).to_string();
    let file = soon("reading 10 MB", || Files.parse(&text)).unwrap();
    assert_eq!(read("10 MB", &file).unwrap().document.nodes["A"].kind, "code");
    assert_eq!(code(Files.parse(&" ".repeat(17 << 20))), "workflow_file_too_large");
    assert_eq!(code(Files.parse(&format!("[{}0]", "0,".repeat(1_100_000)))), "workflow_file_too_large");
    let many =
        |count: usize| json!({ "nodes": numbered(count).map(|name| n8n(name, "noOp", json!({}))).collect::<Value>(), "connections": {} });
    assert_eq!(code(read("too many", &many(MAX_NODES + 1))), "workflow_file_too_large");
}

#[test]
fn names_of_any_kind_are_told_apart() {
    let odd = ["\0", "\u{7}\u{1b}[31m", "a\nb", "\u{202e}x", "{{ $json }}", "名字", "<b>", "__proto__", " ", "a'b\"c`"];
    let mut nodes = vec![n8n("Go", "manualTrigger", json!({}))];
    nodes.extend(odd.iter().map(|name| {
        n8n(*name, "set", json!({ "assignments": { "assignments": [{ "name": name, "type": "string", "value": "={{ $json.x }}" }] } }))
    }));
    nodes.push(n8n("Go", "set", json!({})));
    let made = read("odd names", &json!({ "nodes": nodes, "connections": connections([("Go".into(), odd.map(str::to_owned).to_vec())]) }))
        .unwrap();
    assert!(made.document.nodes.keys().all(|id| id.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')));
    assert!(made.report.notes.iter().any(|note| note.code == "not_a_node" && note.subject == "12"), "the second of a name is told");
    assert!(made.document.nodes.len() > odd.len());

    // Names that look alike as ids.
    let alike: Value = (0..MAX_NODES - 2).map(|n| n8n(format!("{}{n:05}", "名".repeat(48)), "noOp", json!({}))).collect();
    assert_eq!(read("alike", &json!({ "nodes": alike, "connections": {} })).unwrap().document.nodes.len(), MAX_NODES);
}

#[test]
fn versions_that_nobody_knows_are_read_as_well_as_they_can_be() {
    for version in [json!(999), json!(-1), json!(1e300), json!("three"), json!(null), json!([2.1]), json!({ "a": 1 })] {
        let mut nodes = vec![n8n("Go", "manualTrigger", json!({}))];
        for ty in ["set", "if", "switch", "httpRequest", "splitInBatches", "code", "merge", "wait"] {
            let mut node = n8n(ty, ty, json!({ "options": version }));
            node["typeVersion"] = version.clone();
            nodes.push(node);
        }
        let made = read("versions", &json!({ "nodes": nodes, "connections": {}, "version": version })).unwrap();
        assert!(made.document.nodes.len() >= 9, "{version}");
        let mut file = dify(
            json!([{ "id": "a", "data": { "type": "start" } }, { "id": "b", "data": { "type": "llm", "version": version } }]),
            json!([]),
        );
        file["version"] = version;
        assert_eq!(read("versions", &file).unwrap().document.nodes.len(), 2);
    }
}

#[test]
fn circles_come_to_an_end() {
    let names: Vec<String> = numbered(200).collect();
    let step = |n: usize| vec![names[(n + 1) % names.len()].clone(), names[n].clone(), names[0].clone()];
    for ty in ["noOp", "if", "merge", "set", "splitInBatches", "manualTrigger", "executeWorkflow"] {
        let value = json!({ "assignments": { "assignments": [{ "name": "x", "value": "={{ $json.x + $('n7').item.json.y }}" }] } });
        let nodes: Value = names.iter().map(|name| n8n(name, ty, value.clone())).collect();
        let file = json!({ "nodes": nodes, "connections": connections((0..names.len()).map(|n| (names[n].clone(), step(n)))) });
        let nodes = read(ty, &file).unwrap().document.nodes.len();
        assert!(if ty == "manualTrigger" { nodes == 2 } else { nodes >= 200 }, "{ty}: {nodes}");
    }
    // Models and tools below each other.
    let below = |name: &str| json!({ "ai_tool": [[{ "node": name }]] });
    let file = json!({ "nodes": [n8n("a", "agent", json!({})), n8n("b", "agent", json!({}))], "connections": { "a": below("b"), "b": below("a") } });
    assert!(read("below", &file).is_ok());

    let inside = |id: &str, parent: &str| json!({ "id": id, "parentId": parent, "data": { "type": "loop", "loop_count": 3, "break_conditions": [{ "variable_selector": [parent, "x"] }] } });
    let circle = dify(
        json!([inside("a", "b"), inside("b", "c"), inside("c", "a"), inside("d", "d")]),
        json!([{ "source": "a", "target": "b" }, { "source": "b", "target": "a" }, { "source": "d", "target": "d" }]),
    );
    let made = read("containers in a circle", &circle).unwrap();
    let parents = made.document.nodes.values().filter(|node| node.kind == "loop");
    assert_eq!(parents.filter(|node| node.parent.is_none()).count(), 4, "who lies in a circle lies in nothing");
}

#[test]
fn two_thousand_nodes_are_no_trouble() {
    let names: Vec<String> = numbered(2000).collect();
    let set = |text: &str| json!({ "assignments": { "assignments": [{ "name": "a", "type": "string", "value": text }] } });
    let chain = || connections(names.windows(2).map(|pair| (pair[0].clone(), vec![pair[1].clone()])));
    for (ty, params) in [
        ("set", set("={{ $json.a }} and {{ $('n0').item.json.b }}")),
        (
            "if",
            json!({ "conditions": { "conditions": [{ "leftValue": "={{ $json.a }}", "rightValue": 1, "operator": { "operation": "equals" } }] } }),
        ),
        ("httpRequest", json!({ "url": "=http://h/{{ $json.a }}" })),
        ("merge", json!({})),
    ] {
        let nodes: Value = names.iter().rev().map(|name| n8n(name, ty, params.clone())).collect();
        let made = read(ty, &json!({ "nodes": nodes, "connections": chain() })).unwrap();
        assert!(made.document.nodes.len() >= 2000);
        assert!(soon("as JSON", || serde_json::to_string(&made.document)).unwrap().len() < 8 << 20, "{ty}");
    }
    let nodes: Value = names.iter().map(|id| json!({ "id": id, "data": { "type": "answer", "answer": "{{#n0.x#}}" } })).collect();
    let edges: Value = names.windows(2).map(|pair| json!({ "source": pair[0], "target": pair[1] })).collect();
    assert_eq!(read("dify", &dify(nodes, edges)).unwrap().document.nodes.len(), 2000);
}

#[test]
fn what_meets_in_one_node_does_not_cost_its_square() {
    // All to one, and from there to all: each would read each.
    let half = 4000;
    let (first, second): (Vec<String>, Vec<String>) =
        ((0..half).map(|n| format!("a{n}")).collect(), (0..half).map(|n| format!("b{n}")).collect());
    let value = json!({ "assignments": { "assignments": [{ "name": "x", "value": "={{ $json.x }}" }] } });
    let mut nodes: Vec<Value> = first.iter().chain(&second).map(|name| n8n(name, "set", value.clone())).collect();
    nodes.push(n8n("hub", "noOp", json!({})));
    let ways = first.iter().map(|name| (name.clone(), vec!["hub".to_owned()])).chain([("hub".to_owned(), second.clone())]);
    let made = read("hub", &json!({ "nodes": nodes, "connections": connections(ways) })).unwrap();
    assert!(made.document.nodes.values().map(|node| node.inputs.len()).sum::<usize>() < 4 * half);
    assert!(made.report.nodes.iter().any(|node| node.notes.iter().any(|note| note.code == "expression_not_translated")));

    // Everything ends by itself.
    let alone: Value = (0..MAX_NODES - 10).map(|n| n8n(format!("n{n}"), "code", json!({}))).collect();
    assert!(read("ends", &json!({ "nodes": alone, "connections": {} })).is_ok());

    // One node with many expressions: different ones, and ones that nobody can translate.
    let text = numbered(100_000).map(|name| ["{{ $json.", &name, " }}"].concat()).collect::<Vec<_>>().concat();
    let many = json!({ "nodes": [n8n("Go", "manualTrigger", json!({})), n8n("H", "httpRequest", json!({ "url": format!("={text}") }))], "connections": connections([("Go".into(), vec!["H".into()])]) });
    assert!(read("expressions", &many).is_ok());
    let text = "{{ $x }}".repeat(200_000);
    let many = json!({ "nodes": [n8n("H", "httpRequest", json!({ "url": format!("={text}") }))], "connections": {} });
    let made = read("notes", &many).unwrap();
    assert!(made.report.nodes.iter().map(|node| node.notes.len()).sum::<usize>() <= MAX_NOTES);
    let gone = json!({ "nodes": [n8n("H", "noOp", json!({}))], "connections": connections([("H".into(), numbered(50_000).collect())]) });
    assert!(read("gone", &gone).unwrap().report.notes.len() <= MAX_NOTES);
}

#[test]
fn loops_and_cases_of_dify_do_not_cost_their_square() {
    let loops = MAX_NODES / 5;
    let condition = json!([{ "variable_selector": ["s", "x"], "comparison_operator": "is", "value": "1" }]);
    let mut nodes = vec![json!({ "id": "s", "data": { "type": "start" } })];
    for n in 0..loops {
        nodes.push(json!({ "id": format!("l{n}"), "data": { "type": "loop", "break_conditions": condition } }));
        nodes.push(json!({ "id": format!("i{n}"), "parentId": format!("l{n}"), "data": { "type": "code" } }));
    }
    let made = read("loops", &dify(json!(nodes), json!([]))).unwrap();
    assert_eq!(made.document.nodes.values().filter(|node| node.kind == "break").count(), loops);
    assert!(MAX_LOOPS < loops, "n8n's are bounded, as each is walked by itself");

    let cases: Value = numbered(4000).map(|id| json!({ "case_id": id, "conditions": [] })).collect();
    let edges: Value = numbered(4000).map(|id| json!({ "source": "if", "sourceHandle": id, "target": "e" })).collect();
    let file =
        dify(json!([{ "id": "if", "data": { "type": "if-else", "cases": cases } }, { "id": "e", "data": { "type": "end" } }]), edges);
    assert_eq!(read("cases", &file).unwrap().document.edges.len(), 4000);
}

#[test]
fn numbers_out_of_bounds_are_brought_inside() {
    for number in [json!(u64::MAX), json!(-1), json!(1e308), json!("99999999999999999999"), json!(i64::MIN), json!(0.5), json!([])] {
        let request = json!({ "type": "http-request", "timeout": { "read": number, "max_read_timeout": number }, "retry_config": { "retry_enabled": true, "max_retries": number, "retry_interval": number } });
        let round = json!({ "type": "iteration", "is_parallel": true, "parallel_nums": number });
        let note = json!({ "type": "list-operator", "limit": { "enabled": true, "size": number }, "order_by": { "enabled": true } });
        let place = json!({ "x": number, "y": number });
        let nodes: Value = [request, round, note]
            .into_iter()
            .enumerate()
            .map(|(n, data)| json!({ "id": n.to_string(), "position": place, "width": number, "height": number, "data": data }))
            .collect();
        assert!(read("numbers", &dify(nodes, json!([]))).is_ok(), "{number}");

        let mut nodes: Vec<Value> = ["wait", "limit", "splitInBatches", "httpRequest", "stickyNote", "code"].map(|ty| n8n(ty, ty, json!({
            "amount": number, "unit": "days", "maxItems": number, "batchSize": number, "options": { "timeout": number }, "width": number, "height": number,
        }))).to_vec();
        for node in &mut nodes {
            node["position"] = json!([number, number]);
            node["maxTries"] = number.clone();
            node["waitBetweenTries"] = number.clone();
            node["retryOnFail"] = true.into();
        }
        assert!(read("numbers", &json!({ "nodes": nodes, "connections": {} })).is_ok(), "{number}");
    }
}

/// JSON of words that files have.
fn any_part() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "n8n-nodes-base\\.(set|if|switch|code|httpRequest|merge|splitInBatches|wait|filter|sort|limit|aggregate|splitOut|noOp|webhook|stickyNote)",
        "start|end|answer|llm|code|if-else|iteration|loop|http-request|list-operator|variable-aggregator|assigner|tool|question-classifier",
        "=\\{\\{ \\$json\\.a \\}\\}|=\\{\\{ \\$\\('a'\\)\\.all\\(\\) \\}\\}|\\{\\{#a\\.b#\\}\\}|a|b|main|advanced-chat|sys|env|item|output",
        "\\PC{0,8}",
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(Value::from),
        4 => word.prop_map(Value::from),
    ];
    let key = prop_oneof![
        "name|type|typeVersion|parameters|position|node|main|assignments|values|value|conditions|rules|options|onError|credentials|url|jsCode|id|data",
        "parentId|source|target|sourceHandle|variables|value_selector|cases|classes|prompt_template|model|text|role|break_conditions|loop_variables|items",
        "leftValue|rightValue|operator|operation|combinator|bodyParameters|retry_config|authorization|config|body|outputs|groups|iterator_selector|a|b",
    ];
    leaf.prop_recursive(6, 64, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// A node of either product, of a type that is known, with anything else in it.
fn any_node() -> impl Strategy<Value = Value> {
    let n8n_type = "set|if|switch|filter|code|httpRequest|merge|splitInBatches|wait|respondToWebhook|noOp|sort|limit|aggregate|splitOut|executeWorkflow|agent|stickyNote|webhook|x";
    let dify_type = "start|end|answer|llm|parameter-extractor|question-classifier|code|template-transform|http-request|knowledge-retrieval|tool|if-else|list-operator|variable-aggregator|assigner|iteration|loop|loop-end|custom-note|x";
    ("[a-d]", n8n_type, dify_type, any_part(), any_part(), prop::option::of("[a-d]")).prop_map(|(name, ty, other, parameters, data, parent)| {
        let mut data = if data.is_object() { data } else { json!({ "variables": data, "cases": parameters }) };
        data["type"] = other.into();
        json!({ "name": name, "type": format!("n8n-nodes-base.{ty}"), "parameters": parameters, "id": name, "data": data, "parentId": parent, "position": parameters, "onError": data["value"] })
    })
}

proptest! {
    #[test]
    fn any_value_is_read_or_refused(value in any_part()) {
        for format in ["n8n", "dify", "other"] {
            let _ = Files.import(format, &value);
            let _ = Files.import(format, &json!({ "nodes": value, "connections": value, "workflow": { "graph": value }, "app": value }));
            let _ = Files.import(format, &json!({ "workflow": { "graph": { "nodes": value, "edges": value }, "environment_variables": value } }));
        }
        let _ = Files.detect(&value);
        prop_assert_eq!(Files.parse(&value.to_string()).unwrap(), value);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"'&*!|>#%@`a0 \\n\\t-]{0,40}|\\PC{0,60}") {
        let _ = Files.parse(&text);
    }

    #[test]
    fn known_nodes_with_anything_in_them_are_read(
        nodes in prop::collection::vec(any_node(), 1..6),
        edges in prop::collection::vec(("[a-e]", "[a-e]", 0..3usize), 0..12),
    ) {
        let mut connections = json!({});
        for (from, to, output) in &edges {
            let ways = &mut connections[from.as_str()]["main"];
            while ways.as_array().is_none_or(|ways| ways.len() <= *output) {
                match ways.as_array_mut() {
                    Some(ways) => ways.push(json!([])),
                    None => *ways = json!([]),
                }
            }
            ways[*output].as_array_mut().unwrap().push(json!({ "node": to }));
        }
        let listed: Value = edges.iter().map(|(from, to, output)| json!({ "source": from, "target": to, "sourceHandle": output.to_string() })).collect();
        let as_n8n = json!({ "nodes": nodes, "connections": connections });
        let as_dify = json!({ "workflow": { "graph": { "nodes": nodes, "edges": listed } } });
        for (format, file) in [("n8n", &as_n8n), ("dify", &as_dify)] {
            let made = Files.import(format, file).unwrap();
            let text = serde_json::to_string(&made.document).unwrap();
            prop_assert_eq!(serde_json::from_str::<flow::workflow::Document>(&text).unwrap(), made.document);
        }
    }
}
