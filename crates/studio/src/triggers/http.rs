//! Routes and handlers of builders. Those of callers: `hooks`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use types::{Page, PageRequest, Timestamp, TriggerId, WorkflowId};

use super::Triggers;
use super::given::Given;
use super::schedule::Schedule;
use super::service::Saved;
use super::wire::{
    CreateTrigger, FireTrigger, FiredTrigger, FiringView, RotateTrigger, SavedTrigger, ScheduleTimes, TriggerList, TriggerView,
    UpdateTrigger,
};
use crate::models::http::Done;

type Service = State<Arc<Triggers>>;

/// Times that are told of a schedule.
const TOLD: usize = 5;

/// Relative to `/api/v1`.
pub fn routes(triggers: Arc<Triggers>) -> Routes {
    Routes::new(triggers)
        .on(Policy::Caller, methods!(list_workflow_triggers, create_workflow_trigger))
        .on(Policy::Caller, methods!(get_trigger, update_trigger, delete_trigger))
        .on(Policy::Caller, methods!(rotate_trigger))
        .on(Policy::Caller, methods!(list_trigger_firings))
        .on(Policy::Caller, methods!(fire_trigger))
        .on(Policy::Caller, methods!(tell_schedule_times))
        .done()
}

/// List triggers
///
/// What starts the workflow by itself.
#[utoipa::path(get, path = "/workflows/{workflow_id}/triggers", tag = "triggers", params(("workflow_id" = WorkflowId, Path)),
    responses((status = 200, body = TriggerList), (status = "default", body = ErrorBody)))]
async fn list_workflow_triggers(
    State(triggers): Service,
    Caller(actor): Caller,
    Path(workflow): Path<WorkflowId>,
) -> rest::Result<Json<TriggerList>> {
    let found = triggers.list(&actor, workflow).await?;
    let names = triggers.names(&found).await;
    Ok(Json(TriggerList { items: found.into_iter().map(|trigger| TriggerView::new(trigger, &names)).collect() }))
}

/// Create a trigger
///
/// A webhook or a schedule. Of a webhook the answer holds the address (and what signs its calls), which cannot be had again.
/// Only published versions are started.
#[utoipa::path(post, path = "/workflows/{workflow_id}/triggers", tag = "triggers", params(("workflow_id" = WorkflowId, Path)),
    request_body = CreateTrigger, responses((status = 200, body = SavedTrigger), (status = "default", body = ErrorBody)))]
async fn create_workflow_trigger(
    State(triggers): Service,
    Caller(actor): Caller,
    client: Client,
    Path(workflow): Path<WorkflowId>,
    Json(request): Json<CreateTrigger>,
) -> rest::Result<Json<SavedTrigger>> {
    let saved = triggers.create(&actor, &client, workflow, request.try_into()?).await?;
    Ok(Json(told(&triggers, saved, &client).await))
}

/// Get a trigger
#[utoipa::path(get, path = "/triggers/{trigger_id}", tag = "triggers", params(("trigger_id" = TriggerId, Path)),
    responses((status = 200, body = TriggerView), (status = "default", body = ErrorBody)))]
async fn get_trigger(State(triggers): Service, Caller(actor): Caller, Path(id): Path<TriggerId>) -> rest::Result<Json<TriggerView>> {
    let found = [triggers.get(&actor, id).await?];
    let names = triggers.names(&found).await;
    let [trigger] = found;
    Ok(Json(TriggerView::new(trigger, &names)))
}

/// Change a trigger
///
/// A webhook stays a webhook and a schedule a schedule. When calls are to be signed from now on, the answer holds what signs them.
#[utoipa::path(patch, path = "/triggers/{trigger_id}", tag = "triggers", params(("trigger_id" = TriggerId, Path)),
    request_body = UpdateTrigger, responses((status = 200, body = SavedTrigger), (status = "default", body = ErrorBody)))]
async fn update_trigger(
    State(triggers): Service,
    Caller(actor): Caller,
    client: Client,
    Path(id): Path<TriggerId>,
    Json(request): Json<UpdateTrigger>,
) -> rest::Result<Json<SavedTrigger>> {
    let saved = triggers.change(&actor, &client, id, request.try_into()?).await?;
    Ok(Json(told(&triggers, saved, &client).await))
}

/// Delete a trigger
///
/// Runs that it started stay.
#[utoipa::path(delete, path = "/triggers/{trigger_id}", tag = "triggers", params(("trigger_id" = TriggerId, Path)),
    responses((status = 200, body = Done), (status = "default", body = ErrorBody)))]
async fn delete_trigger(
    State(triggers): Service,
    Caller(actor): Caller,
    client: Client,
    Path(id): Path<TriggerId>,
) -> rest::Result<Json<Done>> {
    triggers.delete(&actor, &client, id).await?;
    Ok(Json(Done {}))
}

/// Make a secret of a webhook anew
///
/// Its address, or what signs its calls; the old one is good for nothing from then on. `trigger_without_secret`: there is none.
#[utoipa::path(post, path = "/triggers/{trigger_id}/rotate", tag = "triggers", params(("trigger_id" = TriggerId, Path)),
    request_body = RotateTrigger, responses((status = 200, body = SavedTrigger), (status = "default", body = ErrorBody)))]
async fn rotate_trigger(
    State(triggers): Service,
    Caller(actor): Caller,
    client: Client,
    Path(id): Path<TriggerId>,
    Json(RotateTrigger { part }): Json<RotateTrigger>,
) -> rest::Result<Json<SavedTrigger>> {
    let saved = triggers.rotate(&actor, &client, id, part.into()).await?;
    Ok(Json(told(&triggers, saved, &client).await))
}

/// List firings
///
/// What a trigger did, latest first. The latest 200 are kept.
#[utoipa::path(get, path = "/triggers/{trigger_id}/firings", tag = "triggers", params(("trigger_id" = TriggerId, Path), PageRequest),
    responses((status = 200, body = Page<FiringView>), (status = "default", body = ErrorBody)))]
async fn list_trigger_firings(
    State(triggers): Service,
    Caller(actor): Caller,
    Path(id): Path<TriggerId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<FiringView>>> {
    Ok(Json(triggers.firings(&actor, id, &page).await?.map(FiringView::from)))
}

/// Try a trigger out
///
/// Starts a run as if it had fired, also when it is switched off. The run acts for the caller.
#[utoipa::path(post, path = "/triggers/{trigger_id}/fire", tag = "triggers", params(("trigger_id" = TriggerId, Path)),
    request_body = FireTrigger, responses((status = 200, body = FiredTrigger), (status = "default", body = ErrorBody)))]
async fn fire_trigger(
    State(triggers): Service,
    Caller(actor): Caller,
    Path(id): Path<TriggerId>,
    Json(FireTrigger { body, query }): Json<FireTrigger>,
) -> rest::Result<Json<FiredTrigger>> {
    let run_id = triggers.test(&actor, id, &Given::test(body, query, Timestamp::now())).await?;
    Ok(Json(FiredTrigger { run_id }))
}

/// Tell the next times of a schedule
///
/// Nothing is saved. `schedule_invalid` says what is wrong with it.
#[utoipa::path(post, path = "/schedule-times", tag = "triggers", request_body = Schedule,
    responses((status = 200, body = ScheduleTimes), (status = "default", body = ErrorBody)))]
async fn tell_schedule_times(_: Caller, Json(schedule): Json<Schedule>) -> rest::Result<Json<ScheduleTimes>> {
    Ok(Json(ScheduleTimes { times: Triggers::times(&schedule, TOLD)? }))
}

async fn told(triggers: &Triggers, saved: Saved, client: &Client) -> SavedTrigger {
    let names = triggers.names(std::slice::from_ref(&saved.trigger)).await;
    SavedTrigger::new(saved, &names, client)
}
