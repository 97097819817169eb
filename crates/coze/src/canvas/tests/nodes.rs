//! Node types that the conformance files do not hold, or hold in one form only.

use flow::workflow::Binding;
use serde_json::{Value, json};

use super::{canvas, import, literal, one, reference, round_trip};

fn param(name: &str, ty: &str, content: impl Into<Value>) -> Value {
    json!({ "name": name, "input": literal(ty, content) })
}

#[test]
fn a_sub_workflow_keeps_its_id_and_asks_for_it() {
    let data = json!({
        "nodeMeta": { "title": "sub" },
        "inputs": { "workflowId": "73", "workflowVersion": "v0.0.1", "type": 1, "spaceId": "9", "inputParameters": [{ "name": "q", "input": reference("100001", "input", "string") }] },
        "outputs": [{ "name": "output", "type": "string" }],
    });
    let (node, notes) = one("9", &data);
    assert_eq!(node["params"], json!({ "workflow_id": "73", "version": "v0.0.1", "answer": true }));
    assert_eq!(node["inputs"][0]["value"], json!({ "ref": { "node": "100001", "path": ["input"] } }));
    assert_eq!(notes, ["workflow_reference: 73"]);

    let answer = |more: Value| {
        let mut data = json!({ "inputs": { "workflowId": "73" } });
        data["inputs"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let canvas = canvas(&[json!({ "id": "n", "type": "9", "data": data })]);
        let exported = crate::canvas::export(&import(&canvas).unwrap().document).canvas;
        let written = exported["nodes"].as_array().unwrap().iter().find(|node| node["id"] == "n").unwrap();
        assert_eq!(written["data"]["inputs"]["type"].as_i64(), more["type"].as_i64(), "{more}");
        one("9", &data).0["params"]["answer"].clone()
    };
    assert_eq!(answer(json!({ "type": 0 })), false);
    assert_eq!(answer(json!({ "type": 1 })), true);
    assert_eq!(answer(json!({})), Value::Null);
}

#[test]
fn inputs_without_a_name_are_carried_over_for_validation_to_find() {
    let block = |name: Value| json!({ "name": name, "input": literal("string", "x") });
    let nameless = json!({ "input": literal("string", "x") });
    let listed = json!([block(json!("")), block(json!("a")), block(json!("")), block(Value::Null), nameless, { "name": "" }, null, "x"]);
    let data = json!({ "inputs": { "code": "", "language": 3, "inputParameters": listed } });
    let (node, _) = one("5", &data);
    let names: Vec<&str> = node["inputs"].as_array().unwrap().iter().map(|input| input["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["", "a", "_2", "_3", "_4"]);

    let document = import(&canvas(&[json!({ "id": "n", "type": "5", "data": data })])).unwrap().document;
    let findings = flow::workflow::check::check(&document, &::nodes::registry(&::nodes::ports::Services::default()), &());
    assert!(findings.iter().any(|finding| finding.code == "bad_name" && finding.path == "/inputs/0/name"), "{findings:#?}");

    // An empty row of a form is nobody's parameter.
    let headers = json!([{ "name": "", "input": literal("string", "") }]);
    let (node, _) = one("45", &json!({ "inputs": { "apiInfo": { "method": "GET", "url": "http://h" }, "headers": headers } }));
    assert_eq!(node["params"]["headers"], json!([]));
}

#[test]
fn a_batch_on_one_node_runs_it_for_each_element() {
    let list = json!({ "type": "list", "schema": { "type": "string" }, "value": { "type": "ref", "content": { "source": "block-output", "blockID": "100001", "name": "items" } } });
    let all =
        json!({ "name": "outputList", "type": "list", "schema": { "type": "object", "schema": [{ "name": "output", "type": "string" }] } });
    let data = json!({
        "inputs": {
            "batch": { "batchEnable": true, "batchSize": 5, "concurrentSize": 2, "inputLists": [{ "name": "item", "input": list }] },
            "inputParameters": [{ "name": "input", "input": reference("n", "item", "string") }],
            "llmParam": [param("prompt", "string", "{{input}}")],
        },
        "outputs": [all],
    });
    let (node, _) = one("3", &data);
    assert_eq!(node["outputs"], json!([{ "name": "output", "type": "string" }]));
    let expected = json!({ "name": "item", "type": { "list": "string" }, "value": { "ref": { "node": "100001", "path": ["items"] } } });
    assert_eq!(node["batch"], json!({ "lists": [expected], "size": 5, "concurrency": 2 }));
    assert_eq!(node["inputs"][0]["value"], json!({ "ref": { "node": "n", "path": ["item"] } }));
}

#[test]
fn errors_follow_the_switch() {
    let check = |setting: Value, expected: Value| {
        let outputs = json!([{ "name": "key", "type": "string" }, { "name": "n", "type": "integer" }, { "name": "errorBody", "type": "object", "schema": [], "readonly": true }]);
        let (node, _) = one("5", &json!({ "inputs": { "code": "", "language": 3, "settingOnError": setting }, "outputs": outputs }));
        assert_eq!(node["policy"], expected, "{setting}");
        let kept = if expected["on_error"] == "fail" || expected.is_null() { 3 } else { 2 };
        assert_eq!(node["outputs"].as_array().unwrap().len(), kept);
    };
    let policy = |on_error: &str, more: Value| {
        let mut policy = json!({ "retries": 0, "backoff_ms": 0, "on_error": on_error, "default": {} });
        policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        policy
    };
    check(json!({}), Value::Null);
    check(
        json!({ "switch": false, "processType": 3, "timeoutMs": 500, "retryTimes": 2 }),
        policy("fail", json!({ "timeout_ms": 500, "retries": 2 })),
    );
    check(
        json!({ "switch": true, "processType": 3, "dataOnErr": "{\"key\": \"k\"}" }),
        policy("branch", json!({ "default": { "key": "k" } })),
    );
    check(json!({ "switch": true, "dataOnErr": "{}" }), policy("default", json!({})));
    check(json!({ "switch": true, "processType": 2, "dataOnErr": "oh" }), policy("default", json!({ "default": { "key": "oh", "n": 0 } })));
    check(json!({ "switch": true, "processType": 1 }), Value::Null);
}

#[test]
fn questions_with_options_have_a_way_out_for_each() {
    let data = |kind: &str| {
        json!({
            "inputs": { "question": "?", "answer_type": "option", "option_type": kind, "options": [{ "name": "yes" }, { "name": "no" }], "limit": 2,
                        "dynamic_option": reference("100001", "input", "list"), "inputParameters": [], "llmParam": {} },
            "outputs": [{ "name": "optionId", "type": "string" }, { "name": "optionContent", "type": "string" }],
        })
    };
    let ports = |kind: &str, ports: &[&str]| {
        let mut whole = canvas(&[json!({ "id": "n", "type": "18", "data": data(kind) })]);
        whole["edges"] = ports.iter().map(|port| json!({ "sourceNodeID": "n", "targetNodeID": "900001", "sourcePortID": port })).collect();
        let document = round_trip(&whole).document;
        document.edges.into_iter().map(|edge| edge.port).collect::<Vec<_>>()
    };
    let (node, _) = one("18", &data("static"));
    assert_eq!(
        node["params"],
        json!({ "question": "?", "answer": "options", "options": ["yes", "no"], "max_rounds": 2, "extract": false })
    );
    assert_eq!(ports("static", &["branch_0", "branch_1", "default"]), ["branch_0", "branch_1", "else"]);
    let (node, _) = one("18", &data("dynamic"));
    assert_eq!(node["params"]["options_from"], "dynamic_option");
    assert_eq!(node["inputs"][0]["name"], "dynamic_option");
    assert_eq!(ports("dynamic", &["branch_0", "default"]), ["branch_0", "else"]);
}

#[test]
fn text_is_split_at_delimiters() {
    let delimiters = json!({ "type": "list", "schema": { "type": "string" }, "value": { "type": "literal", "content": ["\n", ","] } });
    let data = json!({
        "inputs": { "method": "split", "inputParameters": [{ "name": "String", "input": reference("100001", "input", "string") }],
                    "splitParams": [{ "name": "delimiters", "input": delimiters }, param("allDelimiters", "list", json!([{ "label": "x", "value": "," }]))] },
        "outputs": [{ "name": "output", "type": "list", "schema": { "type": "string" } }],
    });
    let (node, _) = one("15", &data);
    assert_eq!(node["params"], json!({ "method": "split", "input": "String", "delimiters": ["\n", ","] }));
}

#[test]
fn loops_count_or_go_on_for_ever() {
    let data = |kind: &str| json!({ "inputs": { "loopType": kind, "loopCount": literal("integer", "10"), "inputParameters": [], "variableParameters": [] }, "outputs": [] });
    let (node, _) = one("21", &data("count"));
    assert_eq!(node["params"], json!({ "over": "count", "variables": [], "collect": [] }));
    assert_eq!(node["inputs"], json!([{ "name": "count", "type": "integer", "value": { "literal": 10 } }]));
    let (node, _) = one("21", &data("infinite"));
    assert_eq!(node["params"]["over"], "forever");
    assert_eq!(node["inputs"], Value::Null);
}

#[test]
fn http_texts_refer_to_inputs_with_the_names_of_coze() {
    let data = |body: &str| {
        json!({
            "inputs": {
                "apiInfo": { "method": "PUT", "url": "http://h/{{ block_output_100001.a[0].b }}?v={{global_variable_app[\"k\"]}}&x={{unknown}}" },
                "headers": [{ "name": "h1", "input": literal("string", "abc") }], "params": [],
                "auth": { "authOpen": true, "authType": "BEARER_AUTH", "authData": { "bearerTokenData": [{ "name": "token", "input": literal("string", "t") }] } },
                "body": { "bodyType": body, "bodyData": {
                    "json": "{\"v\": \"{{block_output_100001.input}}\"}", "rawText": "r {{block_output_100001.input}}",
                    "formURLEncoded": [{ "name": "k", "input": literal("string", "v") }],
                    "binary": { "fileURL": { "type": "string", "assistType": 1, "value": { "type": "ref", "content": { "source": "block-output", "blockID": "100001", "name": "f" } } } },
                } },
                "setting": { "timeout": 120, "retryTimes": 3 },
            },
        })
    };
    let (node, notes) = one("45", &data("JSON"));
    assert_eq!(notes, Vec::<String>::new());
    let params = &node["params"];
    // The hex MD5 of `block_output_100001.a[0].b` and `global_variable_app["k"]`.
    let url = params["url"].as_str().unwrap();
    assert!(url.starts_with("http://h/{{__apiInfo_url_") && url.ends_with("}}&x={{unknown}}"), "{url}");
    assert_eq!(node["inputs"][0]["value"], json!({ "ref": { "node": "100001", "path": ["a", "0", "b"] } }));
    assert_eq!(node["inputs"][1]["value"], json!({ "variable": { "scope": "app", "path": ["k"] } }));
    assert_eq!(params["headers"][0]["value"], "{{__headers_346b81a32e7007eccadf60252bb599f0}}");
    // What is typed is a secret of the node, no input of it.
    assert_eq!(params["auth"], json!({ "type": "bearer", "token": "t" }));
    assert!(params["body"]["content"].as_str().unwrap().starts_with("{\"v\": \"{{__body_bodyData_json_"));
    assert_eq!((&params["timeout_ms"], &params["retries"]), (&json!(120_000), &json!(3)));
    let body = |kind: &str| one("45", &data(kind)).0["params"]["body"].clone();
    assert_eq!(body("RAW_TEXT")["type"], "text");
    assert_eq!(body("FORM_URLENCODED")["fields"][0]["name"], "k");
    assert_eq!(body("BINARY"), json!({ "type": "binary", "file": "__body_bodyData_binary_fileURL" }));
    assert_eq!(body("EMPTY"), json!({ "type": "none" }));
}

#[test]
fn names_of_hidden_inputs_are_the_md5_of_what_they_stand_for() {
    // Of `h1`, as any md5 program gives it.
    let hidden = crate::canvas::nodes::hidden_name("headers", "h1");
    assert_eq!(hidden, "__headers_346b81a32e7007eccadf60252bb599f0");
}

#[test]
fn sql_and_knowledge_deletion_keep_their_ids() {
    let (node, notes) = one(
        "12",
        &json!({ "inputs": { "databaseInfoList": [{ "databaseInfoID": "7" }], "sql": "select {{a}}", "inputParameters": [param("a", "string", "x")] } }),
    );
    assert_eq!(node["params"], json!({ "database_id": "7", "sql": "select {{a}}" }));
    assert_eq!(notes, ["database_reference: 7"]);
    let ids = json!({ "type": "list", "schema": { "type": "string" }, "value": { "type": "literal", "content": ["8"] } });
    let (node, notes) = one(
        "60",
        &json!({ "inputs": { "datasetParam": [{ "name": "datasetList", "input": ids }], "inputParameters": [param("documentID", "string", "1")] } }),
    );
    assert_eq!(node["params"], json!({ "knowledge_id": "8" }));
    assert_eq!(notes, ["knowledge_reference: 8"]);
}

#[test]
fn knowledge_as_a_skill_is_carried_over() {
    let setting = json!({ "search_mode": 20, "top_k": 4, "min_score": 0.3, "use_rerank": true, "use_rewrite": false, "use_nl2_sql": true,
                          "no_recall_reply_mode": 1, "no_recall_reply_customize_prompt": "nothing" });
    let params = json!([{ "name": "a", "type": 2, "local_default": "5", "local_disable": true, "desc": "d" }, { "name": "b", "type": 1, "local_disable": false }]);
    let skills = json!({
        "knowledgeFCParam": { "global_setting": setting, "knowledgeList": [{ "id": "k", "name": "K" }] },
        "workflowFCParam": { "workflowList": [{ "plugin_id": "w", "workflow_id": "w", "workflow_version": "", "is_draft": true, "fc_setting": { "request_params": params } }] },
    });
    let (node, notes) = one("3", &json!({ "inputs": { "llmParam": [param("prompt", "string", "p")], "fcParam": skills } }));
    let knowledge = json!({ "knowledge_ids": ["k"], "strategy": "full_text", "top_k": 4, "min_score": 0.3, "rerank": true, "rewrite": false, "nl2sql": true, "no_recall_reply": "nothing" });
    let workflows = json!([{ "workflow_id": "w", "hidden": ["a"], "defaults": { "a": 5 } }]);
    assert_eq!(node["params"]["skills"], json!({ "workflows": workflows, "knowledge": knowledge }));
    assert_eq!(notes, ["workflow_reference: w", "knowledge_reference: k"]);
}

#[test]
fn outputs_that_a_skill_switches_off_are_hidden() {
    let skill = |response: Value| {
        let plugin = json!({ "api_name": "search", "fc_setting": { "request_params": [{ "name": "q", "local_disable": false }], "response_params": response } });
        let data = json!({ "inputs": { "llmParam": [], "fcParam": { "pluginFCParam": { "pluginList": [plugin] } } } });
        one("3", &data).0["params"]["skills"]["tools"][0].clone()
    };
    let off = |name: &str| json!({ "name": name, "type": 1, "local_disable": true, "sub_parameters": null });
    let on = |name: &str, inside: Value| json!({ "name": name, "type": 4, "local_disable": false, "sub_parameters": inside });
    let response = json!([
        on("a", Value::Null),
        on("o", json!([off("b"), on("c", json!([off("d")])), off("e")])),
        on("l", json!([on("[Array Item]", json!([off("x"), off("x"), on("y", json!([]))]))])),
        off("z"),
        off("dotted.name"),
    ]);
    assert_eq!(skill(response), json!({ "tool": "search", "hidden_outputs": ["o.b", "o.c.d", "o.e", "l.[].x", "z"] }));
    assert_eq!(skill(json!([on("a", json!([]))])), json!({ "tool": "search" }));
    assert_eq!(skill(json!([off("a"), on("a", json!([off("b")]))])), json!({ "tool": "search", "hidden_outputs": ["a", "a.b"] }));
    let deep = (0..20).fold(off("x"), |inside, _| on("x", json!([inside])));
    assert_eq!(skill(json!([off(&"n".repeat(2000)), deep])), json!({ "tool": "search" }));
}

#[test]
fn types_that_nobody_knows_are_kept_and_named() {
    let data = json!({ "nodeMeta": { "title": "image" }, "inputs": { "inputParameters": [param("a", "string", "x")], "own": [1] }, "outputs": [{ "name": "o", "type": "string" }] });
    let (node, notes) = one("16", &data);
    assert_eq!((&node["kind"], &node["title"]), (&json!("coze_16"), &json!("image")));
    assert_eq!(notes, ["unknown_type: 16"]);
}

#[test]
fn odd_ids_are_changed_and_references_follow() {
    let mut whole = canvas(&[json!({ "id": "a b", "type": "5", "data": { "inputs": { "code": "", "language": 5 } } })]);
    whole["nodes"][2]["data"]["inputs"]["inputParameters"] = json!([{ "name": "o", "input": reference("a b", "x", "string") }]);
    let imported = round_trip(&whole);
    let Some(Binding::Ref(from)) = &imported.document.nodes["900001"].inputs[0].value else { panic!("a reference") };
    assert_eq!(from.node.as_str(), "a_b");
    assert!(imported.document.edges.iter().any(|edge| edge.to.as_str() == "a_b"));
    assert_eq!(imported.report.notes[0].code, "id_changed");
}

#[test]
fn every_wrapping_holds_the_same_canvas() {
    let plain = canvas(&[
        json!({ "id": "n", "type": "5", "data": { "inputs": { "code": "c", "language": 3, "inputParameters": [{ "name": "a", "input": reference("100001", "input", "string") }] } } }),
    ]);
    let expected = import(&plain).unwrap().document;
    let text = plain.to_string();
    let snake = json!(
        text.replace("blockID", "block_id")
            .replace("sourceNodeID", "source_node_id")
            .replace("targetNodeID", "target_node_id")
            .replace("inputParameters", "input_parameters")
    );
    let numbers = json!(text.replace("\"type\":\"5\"", "\"type\":5").replace("\"100001\"", "100001"));
    for wrapped in [
        json!(text),
        json!({ "schema": text }),
        json!({ "data": { "workflow": { "schema_json": text, "flow_mode": 0 } } }),
        json!({ "json": plain, "bounds": {} }),
        snake,
        numbers,
    ] {
        assert_eq!(import(&wrapped).unwrap().document, expected, "{wrapped}");
    }
    let chat = import(&json!({ "schema": text, "flow_mode": 3 })).unwrap().document;
    assert_eq!(chat.mode, flow::workflow::Mode::Chatflow);
    assert_eq!(import(&crate::canvas::export(&chat).canvas).unwrap().document, chat);
}

#[test]
fn literals_that_hold_keys_of_the_canvas_are_left_alone() {
    let content = json!({ "block_id": 1, "raw_meta": { "type": "ref" } });
    let data = json!({ "inputs": { "code": "", "language": 3, "inputParameters": [{ "name": "a", "input": { "type": "object", "value": { "type": "literal", "content": content } } }] } });
    let (node, _) = one("5", &data);
    assert_eq!(node["inputs"][0]["value"], json!({ "literal": content }));
}

#[test]
fn nodes_of_the_clipboard_take_their_title_from_beside() {
    let node = json!({ "id": "n", "type": "5", "_temp": { "bounds": {}, "externalData": { "title": "T", "icon": "i" } }, "data": { "inputs": { "code": "" } } });
    let imported = round_trip(&json!({ "json": { "nodes": [node], "edges": [] } }));
    assert_eq!(imported.document.nodes["n"].title, "T");
}
