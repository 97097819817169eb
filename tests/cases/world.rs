//! The server of a case with its canvases in it.

use hearth_tests::{Client, Hearth, Member};
use serde_json::{Value, json};

use crate::case::{Case, Cases};
use crate::compare;
use crate::mocks::{Complaints, Mocks};
use crate::models::{self, Models};
use crate::names::Names;
use crate::services::services;
use crate::web::Web;

/// Name of a canvas whose case names none.
const NAME: &str = "test_wf";

/// Everything that a case is played in.
pub struct World {
    hearth: Hearth,
    pub owner: Member,
    /// With the token.
    pub api: Client,
    pub names: Names,
    pub models: Models,
    web: Vec<Web>,
    pub complaints: Complaints,
    /// The workflow of the case.
    pub workflow: String,
    pub related: Vec<Related>,
    /// What should be known about how the case was played.
    pub notes: Vec<String>,
}

/// Another workflow of a case.
pub struct Related {
    /// Here.
    pub id: String,
    /// How canvases name it.
    pub as_id: Option<String>,
    pub used_for: String,
}

impl World {
    /// `Ok(None)`: the database server of the chosen engine is missing.
    pub async fn start(case: &Case, cases: &Cases) -> Result<Option<Self>, Vec<String>> {
        let names = Names::default();
        let mocks = Mocks::of(case, cases, &names);
        let unknown: Vec<String> = case.unknown.iter().chain(&mocks.unknown).cloned().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let complaints = Complaints::default();
        let Some(main) = cases.file(&case.file) else { return Err(vec![format!("there is no file {}", case.file)]) };
        let mut notes = Vec::new();
        let mut given: Vec<(Value, String)> = Vec::new();
        for related in &case.related {
            let file = compare::shown(&related["file"]);
            match cases.file(&file) {
                Some(text) => given.push((related.clone(), text)),
                None if related["as_id"].is_null() => {
                    notes.push(format!("{file} is not in the folder: not done: {}", compare::shown(&related["used_for"])));
                }
                None => return Err(vec![format!("there is no file {file}")]),
            }
        }
        let canvases: Vec<String> = given.iter().map(|(_, text)| text.clone()).chain([main.clone()]).collect();

        let mut web = Vec::new();
        for mock in mocks.web.clone() {
            web.push(Web::start(mock, complaints.clone()).await);
        }
        let scripted = Models::start(mocks.models.clone(), complaints.clone(), names.clone()).await;
        let mut settings = vec![("HEARTH_EGRESS_ALLOW".to_owned(), "127.0.0.0/8".to_owned())];
        settings.extend(scripted.settings(&models::types(&canvases)));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let services = services(&mocks, &canvases, &complaints);
        let Some(hearth) = Hearth::start_with_services(&settings, services).await else { return Ok(None) };
        let owner = hearth.owner().await;
        let api = owner.api.clone();
        let mut world =
            Self { hearth, owner, api, names, models: scripted, web, complaints, workflow: String::new(), related: Vec::new(), notes };
        world.import_all(case, given, &main).await?;
        Ok(Some(world))
    }

    /// Related canvases first, those that name others after these.
    async fn import_all(&mut self, case: &Case, mut given: Vec<(Value, String)>, main: &str) -> Result<(), Vec<String>> {
        while !given.is_empty() {
            let named: Vec<String> = given.iter().filter_map(|(related, _)| related["as_id"].as_str().map(str::to_owned)).collect();
            let free =
                |(related, text): &(Value, String)| named.iter().all(|id| related["as_id"] == id.as_str() || !text.contains(id.as_str()));
            // Canvases that name each other in a circle are imported in the given order.
            let (related, text) = given.remove(given.iter().position(free).unwrap_or_default());
            let mode = if related["mode"] == "ChatFlow" { "chatflow" } else { "workflow" };
            let id = self.import(&text, related["name"].as_str().unwrap_or(NAME), mode).await?;
            if let Some(version) = related["publish"].as_str() {
                self.publish(&id, version).await?;
            }
            let as_id = related["as_id"].as_str().map(str::to_owned);
            self.related.push(Related { id, as_id, used_for: compare::shown(&related["used_for"]) });
        }
        let chatflow = case.mode == "chatflow_sse" || case.how_run.to_ascii_lowercase().contains("chatflow");
        self.workflow = self.import(main, NAME, if chatflow { "chatflow" } else { "workflow" }).await?;
        Ok(())
    }

    async fn import(&self, text: &str, name: &str, mode: &str) -> Result<String, Vec<String>> {
        let mut document: Value =
            serde_json::from_str(&self.moved(text)).map_err(|error| vec![format!("the canvas is no JSON: {error}")])?;
        models::rename_types(&mut document);
        let path = format!("/api/v1/workspaces/{}/workflows/import", self.owner.workspace);
        let answer = self.owner.browser.post(&path, json!({ "name": name, "mode": mode, "document": document })).await;
        match answer.json.pointer("/workflow/id").and_then(Value::as_str) {
            Some(id) => Ok(id.to_owned()),
            None => Err(vec![format!("the import was refused: {} {}", answer.status, answer.text)]),
        }
    }

    /// A text with the addresses and ids that hold here.
    pub fn moved(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for web in &self.web {
            text = text.replace(&web.mock.listen, &web.address.to_string());
        }
        for related in &self.related {
            if let Some(as_id) = &related.as_id {
                text = text.replace(as_id, &related.id);
            }
        }
        text
    }

    /// The same for a value, with its placeholders filled.
    pub fn here(&self, value: &Value) -> Value {
        let filled = self.names.fill(value);
        serde_json::from_str(&self.moved(&filled.to_string())).unwrap_or(filled)
    }

    pub async fn publish(&self, workflow: &str, version: &str) -> Result<(), Vec<String>> {
        let answer = self.owner.browser.post(&format!("/api/v1/workflows/{workflow}/publish"), json!({ "version": version })).await;
        if answer.status.is_success() { Ok(()) } else { Err(vec![format!("publishing was refused: {} {}", answer.status, answer.text)]) }
    }

    /// Stops everything, and tells what mocks complain about.
    pub async fn stop(self) -> Vec<String> {
        Box::pin(self.hearth.stop()).await;
        let unused = self.web.iter().flat_map(Web::unused);
        self.complaints.all().into_iter().chain(unused).collect()
    }
}
