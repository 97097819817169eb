//! `/v1/variables`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Json, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{AgentId, Failure};
use utoipa::{IntoParams, ToSchema};

use super::service::Known;
use crate::envelope::{Answer, Envelope, Nothing};
use crate::id::{self, GivenId};
use crate::{Coze, error};

/// Most variables of one request.
const MOST: usize = 100;

/// Query of `GET /v1/variables`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GetQuery {
    /// The bot.
    #[serde(default)]
    bot_id: GivenId,
    /// Apps do not exist here: not found.
    app_id: Option<String>,
    /// The person.
    connector_uid: Option<String>,
    /// Names with commas between them; absent: all.
    keywords: Option<String>,
}

/// Body of `PUT /v1/variables`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeSetVariables)]
struct SetRequest {
    /// The bot.
    bot_id: GivenId,
    /// Apps do not exist here: not found.
    app_id: Option<String>,
    /// The person.
    connector_uid: Option<String>,
    /// What to set.
    data: Option<Vec<Setting>>,
}

/// A variable and its value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CozeSetVariable)]
struct Setting {
    keyword: String,
    value: String,
}

/// A variable of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeVariableValue)]
struct VariableOf {
    keyword: String,
    /// What was set, or the default.
    value: String,
    /// Unix seconds; 0: never set.
    create_time: i64,
    /// Unix seconds; 0: never set.
    update_time: i64,
}

/// Variables of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeVariableValues)]
struct Values {
    items: Vec<VariableOf>,
}

/// Routes of variables.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze).on(Policy::Caller, rest::methods!(get, put)).done()
}

/// Variables of a person
#[utoipa::path(get, path = "/v1/variables", operation_id = "coze_variables_get", tag = "coze variables",
    params(GetQuery), responses((status = 200, body = Envelope<Values>)))]
async fn get(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(given): Query<GetQuery>) -> rest::Result<Answer> {
    let bot = bot(given.bot_id, given.app_id.as_deref())?;
    let person = id::person(given.connector_uid, "connector_uid")?;
    let wanted: Option<Vec<&str>> = given.keywords.as_deref().map(|k| k.split(',').map(str::trim).collect());
    let known = coze.variables(&who, bot, &person).await?;
    let asked = |k: &Known| wanted.as_ref().is_none_or(|w| w.contains(&k.keyword.as_str()));
    let value = |k: Known| VariableOf {
        create_time: k.set.map_or(0, |(created, _)| created.seconds()),
        update_time: k.set.map_or(0, |(_, updated)| updated.seconds()),
        keyword: k.keyword,
        value: k.value,
    };
    Answer::data(&Values { items: known.into_iter().filter(asked).map(value).collect() })
}

/// Set variables of a person
#[utoipa::path(put, path = "/v1/variables", operation_id = "coze_variables_put", tag = "coze variables",
    request_body = SetRequest, responses((status = 200, body = Envelope<Nothing>)))]
async fn put(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<SetRequest>) -> rest::Result<Answer> {
    let bot = bot(given.bot_id, given.app_id.as_deref())?;
    let person = id::person(given.connector_uid, "connector_uid")?;
    let data = given.data.ok_or_else(|| error::missing("data"))?;
    if data.len() > MOST {
        return Err(Failure::invalid("data", format!("At most {MOST} variables can be set at once.")).into());
    }
    coze.set_variables(&who, bot, &person, data.into_iter().map(|s| (s.keyword, s.value)).collect()).await?;
    Answer::data(&Nothing {})
}

fn bot(bot: GivenId, app: Option<&str>) -> Result<AgentId, Failure> {
    if app.is_some_and(|app| !app.is_empty()) {
        return Err(Failure::not_found("app"));
    }
    bot.required("bot_id").map(AgentId)
}
