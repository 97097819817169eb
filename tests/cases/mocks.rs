//! The world that a case asks for: each of its `mocks` becomes a part of it, or a complaint.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::case::{Case, Cases, unknown};
use crate::models::ModelMock;
use crate::names::Names;
use crate::web::WebMock;

/// What went wrong in a mock: an assertion that did not hold, a call nobody expected.
#[derive(Clone, Default)]
pub struct Complaints(Arc<Mutex<Vec<String>>>);

impl Complaints {
    pub fn add(&self, complaint: impl Into<String>) {
        self.0.lock().unwrap().push(complaint.into());
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// What a case mocks.
#[derive(Default)]
pub struct Mocks {
    pub models: Vec<ModelMock>,
    pub web: Vec<WebMock>,
    /// What every variable of the app holds.
    pub app_variable: Option<Value>,
    /// What every execution of code gives; `None`: it is executed.
    pub code: Option<Value>,
    pub plugins: Vec<Value>,
    pub databases: Vec<Value>,
    pub knowledge: Vec<Value>,
    /// About conversations, messages and what is said in them.
    pub conversations: Vec<Value>,
    /// What nobody here understands.
    pub unknown: Vec<String>,
}

/// Parts of Coze's own insides that say nothing about what is seen from outside.
const INSIDES: &[&str] = &["session", "id_generator", "object_storage", "storage", "search_index", "config", "agent_run"];

impl Mocks {
    /// Of a case and of the defaults.
    pub fn of(case: &Case, cases: &Cases, names: &Names) -> Self {
        let mut mocks = Self::default();
        for mock in cases.defaults.iter().chain(&case.mocks) {
            mocks.read(&names.fill(mock));
        }
        mocks
    }

    fn read(&mut self, mock: &Value) {
        let kind = mock["kind"].as_str().unwrap_or_default();
        let known: &[&str] = match kind {
            "llm" => {
                self.models.push(ModelMock::read(mock, &mut self.unknown));
                &["bind", "mode", "calls"]
            }
            "http_server" => {
                self.web.push(WebMock::read(mock, &mut self.unknown));
                &["listen", "content_type", "routes"]
            }
            "app_variable_store" => {
                self.app_variable = Some(mock["get_any"].clone()).filter(|value| !value.is_null());
                // That it accepts what is set is what it is for.
                &["get_any", "set"]
            }
            "user_variable_store" => {
                if !mock["get_any"].is_null() {
                    self.unknown.push("the runner does not understand `user_variable_store.get_any`".to_owned());
                }
                &["get_any", "set"]
            }
            // Hearth's workflows name variables of apps; nobody declares their types beforehand.
            "app_variable_meta" => &["vars"],
            "code_runner" => {
                self.code = Some(mock["returns"].clone()).filter(|value| !value.is_null());
                // `behavior` says what the sandbox does by itself.
                &["returns", "behavior"]
            }
            "plugin" => {
                self.plugins.push(mock.clone());
                &["plugin_id", "tool_id", "operation", "trimmed_response", "returns"]
            }
            "database" => {
                self.databases.push(mock.clone());
                &["insert", "update", "query", "delete", "sql"]
            }
            "knowledge" => {
                self.knowledge.push(mock.clone());
                &["store", "retrieve", "delete"]
            }
            "conversation" => {
                self.conversations.push(mock.clone());
                &["create_conversation", "get_by_id"]
            }
            "message" => {
                self.conversations.push(mock.clone());
                &["create", "message_list", "edit", "get_by_id", "delete"]
            }
            inside if INSIDES.contains(&inside) => return,
            other => {
                self.unknown.push(format!("the runner does not understand mocks of the kind `{other}`"));
                return;
            }
        };
        let known: Vec<&str> = known.iter().copied().chain(["kind", "note", "notes"]).collect();
        self.unknown.extend(unknown(&format!("{kind}."), mock, &known));
    }

    /// The first value at this key among some mocks.
    pub fn first(of: &[Value], key: &str) -> Option<Value> {
        of.iter().find_map(|mock| mock.get(key).filter(|value| !value.is_null()).cloned())
    }
}
