//! Canvases that nobody should make.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{canvas, export, import, round_trip};
use crate::canvas::{ImportError, MAX_NODES, catalogue};

#[test]
fn what_is_no_canvas_is_refused_in_words() {
    for other in [json!(null), json!(1), json!([]), json!({}), json!("x"), json!({ "nodes": {} }), json!({ "data": { "schema": "{" } })] {
        assert!(matches!(import(&other), Err(ImportError::NotACanvas(_))), "{other}");
    }
    let wrapped = (0..40).fold(json!({ "nodes": [] }), |inner, _| json!({ "data": inner }));
    assert!(matches!(import(&wrapped), Err(ImportError::NotACanvas(_))));
}

#[test]
fn limits_are_kept() {
    let deep = (0..500).fold(json!([]), |inner, _| json!([inner]));
    let canvas = json!({ "nodes": [{ "id": "1", "type": "5", "data": deep }] });
    assert_eq!(import(&canvas), Err(ImportError::TooLarge));

    let blocks = (0..40).fold(json!([]), |inner, at| json!([{ "id": at.to_string(), "type": "21", "blocks": inner }]));
    assert_eq!(import(&json!({ "nodes": blocks })), Err(ImportError::TooLarge));
    assert_eq!(
        import(&json!({ "nodes": [{ "id": "1", "type": "5", "data": { "text": "x".repeat(17 << 20) } }] })),
        Err(ImportError::TooLarge)
    );

    let many = |n: usize| json!({ "nodes": (0..n).map(|id| json!({ "id": id.to_string(), "type": "8" })).collect::<Vec<_>>() });
    assert_eq!(import(&many(MAX_NODES)).unwrap().document.nodes.len(), MAX_NODES);
    assert_eq!(import(&many(MAX_NODES + 1)), Err(ImportError::TooLarge));
    let inner = "[".repeat(3000);
    assert!(matches!(import(&json!(inner)), Err(ImportError::NotACanvas(_))), "a text that is deep is not read");
}

#[test]
fn large_parts_of_a_node_do_not_cost_their_square() {
    const MANY: usize = 10_000;
    let all = |one: &dyn Fn(usize) -> Value| (0..MANY).map(one).collect::<Value>();
    let of = |ty: &str, inputs: Value| canvas(&[json!({ "id": "n", "type": ty, "data": { "inputs": inputs } })]);
    let alike = of("5", json!({ "inputParameters": all(&|_| json!({ "name": "a", "input": { "odd": 1 } })) }));
    let named = of("5", json!({ "inputParameters": all(&|at| json!({ "name": at.to_string(), "odd": 1 })) }));
    let compared = of("8", json!({ "branches": [{ "condition": { "conditions": all(&|_| json!({ "left": {} })) } }] }));
    let collected =
        canvas(&[json!({ "id": "n", "type": "21", "data": { "outputs": all(&|at| json!({ "name": at.to_string(), "input": {} })) } })]);
    let ids = json!({ "nodes": (0..MAX_NODES).map(|at| json!({ "id": "é".repeat(at % 7 + 41) + &at.to_string(), "type": "19" })).collect::<Vec<_>>() });
    for canvas in [alike, named, compared, collected, ids] {
        assert!(import(&canvas).unwrap().document.nodes.len() > 2);
    }
}

#[test]
fn what_a_loop_gives_has_no_default_that_could_get_lost() {
    let outputs = json!([{ "name": 0, "defaultValue": [], "description": "d", "required": true }, null]);
    let inner = json!([{ "id": "in", "type": "21", "data": { "outputs": outputs } }]);
    let imported = round_trip(&canvas(&[json!({ "id": "n", "type": "21", "data": {}, "blocks": inner })]));
    let given = serde_json::to_value(&imported.document.nodes["in"].outputs).unwrap();
    assert_eq!(given, json!([{ "name": "0", "type": "any" }]));
}

#[test]
fn two_nodes_of_one_id_are_refused() {
    let twice = json!({ "nodes": [{ "id": "1", "type": "1" }, { "id": "2", "type": "21", "blocks": [{ "id": "1", "type": "5" }] }] });
    assert_eq!(import(&twice), Err(ImportError::DuplicateNode("1".into())));
}

#[test]
fn documents_whose_containers_hold_each_other_are_exported_without_end() {
    let mut document = import(&canvas(&[json!({ "id": "a", "type": "21" }), json!({ "id": "b", "type": "28" })])).unwrap().document;
    for (id, parent) in [("a", "b"), ("b", "a")] {
        document.nodes.get_mut(id).unwrap().parent = Some(parent.into());
    }
    let exported = export(&document);
    assert_eq!(exported.canvas["nodes"].as_array().unwrap().len(), 2);
}

/// JSON that looks like parts of a canvas.
fn any_part() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "literal|ref|object_ref|string|integer|float|boolean|list|object|block-output|global_variable_app|100001|n|",
        "input|name|a\\.b|\\{\\{a\\}\\}|\\{\\{block_output_n\\.x\\[0\\]\\}\\}|array|count|option|dynamic|JSON|FORM_DATA|BINARY|CUSTOM_AUTH|split|true|3",
        "\\PC{0,6}",
        "\\[1,\\{\"a\":\"b\"\\}\\]|\\{\"name\":\"x\"\\}|\\[\\[\\[",
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<f32>().prop_filter("finite", |x| x.is_finite()).prop_map(Value::from),
        4 => word.prop_map(Value::from),
    ];
    let key = prop_oneof![
        "name|input|type|schema|value|content|source|blockID|path|left|right|operator|condition|conditions|logic",
        "variables|required|assistType|defaultValue|rawMeta|block_id|raw_meta|description",
    ];
    leaf.prop_recursive(5, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// `{name, input}` that is mostly right.
fn any_param() -> impl Strategy<Value = Value> {
    let name = "input|output|query|String|a|b|pluginID|apiName|modelType|prompt|temperature|fieldID|fieldValue|left|operation|right|datasetList|topK";
    (name, any_part()).prop_map(|(name, part)| json!({ "name": name, "input": part, "left": part }))
}

fn any_data() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        "inputParameters|content|terminatePlan|llmParam|apiParam|code|language|branches|workflowId|method|concatParams|splitParams|question|options",
        "answer_type|option_type|dynamic_option|extra_output|intents|mode|loopType|loopCount|variableParameters|batchSize|mergeGroups|outputSchema|note",
        "datasetParam|strategyParam|databaseInfoList|selectParam|insertParam|updateParam|deleteParam|apiInfo|headers|params|auth|body|setting|fcParam",
        "settingOnError|batch|sql|limit|chatHistorySetting|extra",
    ];
    let value = prop_oneof![
        any_part(),
        prop::collection::vec(any_param(), 0..4).prop_map(Value::from),
        prop::collection::vec(any_part(), 0..3).prop_map(Value::from)
    ];
    let inputs = prop::collection::vec((key, value), 0..8).prop_map(|entries| Value::Object(entries.into_iter().collect()));
    (inputs, any_part(), prop::collection::vec(any_part(), 0..3))
        .prop_map(|(inputs, meta, outputs)| json!({ "inputs": inputs, "nodeMeta": meta, "outputs": outputs }))
}

fn any_type() -> impl Strategy<Value = String> {
    prop_oneof![8 => prop::sample::select(catalogue::ALL).prop_map(|node| node.number.to_string()), 1 => "[a-z0-9 ]{0,4}"]
}

fn any_canvas() -> impl Strategy<Value = Value> {
    let node = (
        prop_oneof![8 => Just("n".to_owned()), 1 => "[a-z ./é]{1,6}"],
        any_type(),
        any_data(),
        prop::collection::vec((any_type(), any_data()), 0..3),
    );
    let edge = (
        "n|100001|900001|n_0|x",
        "n|100001|900001|n_0|x",
        "|true|true_1|false|default|branch_0|branch_error|loop-output|loop-function-inline-output|odd",
    );
    (node, prop::collection::vec(edge, 0..6)).prop_map(|((id, ty, data, inner), edges)| {
        let blocks: Vec<Value> =
            inner.into_iter().enumerate().map(|(at, (ty, data))| json!({ "id": format!("n_{at}"), "type": ty, "data": data })).collect();
        let edges: Vec<Value> =
            edges.into_iter().map(|(from, to, port)| json!({ "sourceNodeID": from, "targetNodeID": to, "sourcePortID": port })).collect();
        let (inside, outside) = edges.split_at(edges.len() / 2);
        let mut whole = canvas(&[json!({ "id": id, "type": ty, "data": data, "blocks": blocks, "edges": inside })]);
        whole["edges"] = outside.into();
        whole
    })
}

proptest! {
    #[test]
    fn anything_is_read_or_refused(value in any_part()) {
        let _ = import(&value);
        let _ = import(&json!({ "nodes": value.clone(), "edges": value }));
    }

    #[test]
    fn odd_canvases_come_back_the_same(canvas in any_canvas()) {
        round_trip(&canvas);
    }
}
