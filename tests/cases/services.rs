//! Services of nodes that answer and check as a case says.

use std::sync::Arc;

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use flow::tool::{Effect, Localized, Tool, ToolContext, ToolError, ToolInfo, Toolbox};
use flow::value::Values;
use flow::workflow::AppVariables;
use nodes::ports::databases::{Condition, Databases, Delete, Filter, Insert, Logic, Operator, Rows, Select, Sql, Update};
use nodes::ports::knowledge::{Knowledge, NewDocument, Query, Slice, Written};
use nodes::ports::{Caller, CodeCall, CodeOutcome, CodeRunner, Services};
use serde_json::{Value, json};

use crate::compare;
use crate::conversations::MockConversations;
use crate::mocks::{Complaints, Mocks};
use crate::names::Names;

/// All of them. `canvases` are the texts that will be imported: what is called by name is named there.
pub fn services(mocks: &Mocks, canvases: &[String], complaints: &Complaints) -> Services {
    let mut services = Services::default();
    if let Some(value) = &mocks.app_variable {
        let names = canvases.iter().flat_map(|text| app_variables(text));
        services.apps = Some(Arc::new(Variables(names.map(|name| (name, value.clone())).collect())));
    }
    if let Some(output) = &mocks.code {
        services.code = Some(Arc::new(Code(output.clone())));
    }
    let tools = mocks.plugins.iter().flat_map(|mock| plugin(mock, canvases));
    services.tools = Toolbox::new(tools.collect());
    if !mocks.databases.is_empty() {
        services.databases = Some(Arc::new(Tables { mocks: mocks.databases.clone(), complaints: complaints.clone() }));
    }
    if !mocks.knowledge.is_empty() {
        services.knowledge = Some(Arc::new(Bases { mocks: mocks.knowledge.clone() }));
    }
    services.conversations = Some(Arc::new(MockConversations::new(&mocks.conversations)));
    services
}

/// Every variable of an app that a canvas names.
fn app_variables(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(canvas) = serde_json::from_str(text) {
        visit(&canvas, &mut |value| {
            if value["source"] == "global_variable_app" {
                let name = value["path"].as_array().and_then(|path| path.first()).or(value.get("name")).and_then(Value::as_str);
                found.extend(name.map(|name| name.split('.').next().unwrap_or(name).to_owned()));
            }
        });
    }
    found
}

/// Sees every value inside a value.
pub fn visit(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Object(fields) => fields.values().for_each(|field| visit(field, see)),
        _ => {}
    }
}

struct Variables(Values);

#[async_trait]
impl AppVariables for Variables {
    async fn values(&self, _: types::WorkspaceId, _: types::UserId, _: Option<&str>) -> Result<Values, types::Failure> {
        Ok(self.0.clone())
    }
}

struct Code(Value);

#[async_trait]
impl CodeRunner for Code {
    fn check_network(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }

    async fn run(&self, _: &TaskCx, _: CodeCall) -> Result<CodeOutcome, NodeError> {
        Ok(CodeOutcome { output: self.0.clone(), console: Vec::new(), console_cut: false })
    }
}

/// The tools of a plugin: by the name of its operation, or all that canvases call of it.
fn plugin(mock: &Value, canvases: &[String]) -> Vec<Arc<dyn Tool>> {
    let operation = &mock["operation"];
    let mut names: Vec<String> = operation["operationId"].as_str().map(str::to_owned).into_iter().collect();
    if names.is_empty() {
        for canvas in canvases.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok()) {
            visit(&canvas, &mut |value| {
                if value["name"] == "apiName" {
                    names.extend(value.pointer("/input/value/content").and_then(Value::as_str).map(str::to_owned));
                }
                names.extend(value["api_name"].as_str().map(str::to_owned));
            });
        }
        names.sort();
        names.dedup();
    }
    let params = operation["query_params"].as_array().cloned().unwrap_or_default();
    let properties: Values = params
        .iter()
        .map(|param| (compare::shown(&param["name"]), json!({ "type": param["type"].as_str().unwrap_or("string") })))
        .collect();
    let required: Vec<&Value> = params.iter().filter(|param| param["required"] == true).map(|param| &param["name"]).collect();
    let parameters = json!({ "type": "object", "properties": properties, "required": required });
    let output = match mock.get("returns").or_else(|| mock.get("trimmed_response")).cloned().unwrap_or_default() {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    };
    let tool = |name: String| Arc::new(Plugin { name, parameters: parameters.clone(), output: output.clone() }) as Arc<dyn Tool>;
    names.into_iter().map(tool).collect()
}

struct Plugin {
    name: String,
    parameters: Value,
    output: Value,
}

#[async_trait]
impl Tool for Plugin {
    fn info(&self) -> ToolInfo {
        ToolInfo {
            name: self.name.clone(),
            title: Localized { zh: self.name.clone(), en: self.name.clone() },
            description: "A tool of a plugin.".to_owned(),
            parameters: self.parameters.clone(),
            effect: Effect::Read,
        }
    }

    async fn call(&self, _: &ToolContext, _: Value) -> Result<Value, ToolError> {
        Ok(self.output.clone())
    }
}

struct Tables {
    mocks: Vec<Value>,
    complaints: Complaints,
}

impl Tables {
    /// What this kind of request gives; complains when it is not the expected one.
    fn answer(&self, kind: &str, asked: &Value) -> Result<Rows, NodeError> {
        let Some(mock) = Mocks::first(&self.mocks, kind) else {
            self.complaints.add(format!("nobody expected a {kind} of a database"));
            return Err(NodeError::lasting("database_failed", "nobody expected this"));
        };
        let expected = mock["assert"].as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        let fields = mock.get("assert_fields").map(|fields| ("fields".to_owned(), fields.clone()));
        for (path, expected) in expected.chain(fields) {
            let given = compare::at(asked, &path).cloned().unwrap_or_default();
            if let Some(difference) = compare::difference(&expected, &given, &Names::default(), &format!("database {kind} {path}")) {
                self.complaints.add(difference);
            }
        }
        let given = mock.get("returns").unwrap_or(&mock);
        let rows = given["objects"].as_array().into_iter().flatten().filter_map(|row| row.as_object().cloned());
        Ok(Rows { rows: rows.collect(), count: given["row_number"].as_u64() })
    }
}

fn conditions(filter: &Filter) -> Value {
    let one = |Condition { field, operator, value }: &Condition| {
        let sign = match operator {
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::In => "in",
            Operator::NotIn => "not in",
            Operator::IsNull => "is null",
            Operator::IsNotNull => "is not null",
            Operator::Like => "like",
            Operator::NotLike => "not like",
        };
        json!({ "left": field, "operator": sign, "right": value })
    };
    filter.conditions.iter().map(one).collect()
}

fn relation(filter: &Filter) -> &'static str {
    if filter.logic == Logic::Or { "OR" } else { "AND" }
}

fn fields(set: Vec<(String, Value)>) -> Value {
    set.into_iter().collect::<Values>().into()
}

#[async_trait]
impl Databases for Tables {
    async fn sql(&self, _: &Caller, sql: Sql) -> Result<Rows, NodeError> {
        self.answer("sql", &json!({ "sql": sql.text, "params": sql.values }))
    }

    async fn select(&self, _: &Caller, select: Select) -> Result<Rows, NodeError> {
        let filter = select.filter.unwrap_or_default();
        let names: Vec<String> = select.fields.into_iter().map(|field| field.field).collect();
        let order: Vec<Value> = select.order_by.iter().map(|by| json!({ "field": by.field, "is_asc": !by.descending })).collect();
        let asked = json!({ "conditions": conditions(&filter), "relation": relation(&filter), "select_fields": names, "order_by": order, "limit": select.limit });
        self.answer("query", &asked)
    }

    async fn insert(&self, _: &Caller, insert: Insert) -> Result<Rows, NodeError> {
        self.answer("insert", &json!({ "fields": fields(insert.set) }))
    }

    async fn update(&self, _: &Caller, update: Update) -> Result<Rows, NodeError> {
        let filter = &update.filter;
        let asked = json!({ "conditions": conditions(filter), "relation": relation(filter), "fields": fields(update.set) });
        self.answer("update", &asked)
    }

    async fn delete(&self, _: &Caller, delete: Delete) -> Result<Rows, NodeError> {
        let filter = &delete.filter;
        self.answer("delete", &json!({ "conditions": conditions(filter), "relation": relation(filter) }))
    }
}

struct Bases {
    mocks: Vec<Value>,
}

#[async_trait]
impl Knowledge for Bases {
    async fn retrieve(&self, _: &Caller, _: Query) -> Result<Vec<Slice>, NodeError> {
        let found = Mocks::first(&self.mocks, "retrieve").unwrap_or_default();
        let slice = |one: &Value| Slice { document_id: compare::shown(&one["document_id"]), output: compare::shown(&one["output"]) };
        Ok(found.as_array().into_iter().flatten().map(slice).collect())
    }

    async fn write(&self, _: &Caller, document: NewDocument) -> Result<Written, NodeError> {
        let store = Mocks::first(&self.mocks, "store").unwrap_or_default();
        Ok(Written { document_id: compare::shown(&store["document_id"]), file_name: document.name, file_url: document.url })
    }

    async fn delete(&self, _: &Caller, _: &str, _: &str) -> Result<bool, NodeError> {
        Ok(Mocks::first(&self.mocks, "delete").is_none_or(|gone| gone != false))
    }
}
