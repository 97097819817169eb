//! `/v1/workflow/conversation/create`: conversations that go by name.

use std::sync::Arc;

use axum::extract::State;
use chat::conversations::NewConversation;
use chat::named::Owner;
use rest::{Caller, Json, Policy, Routes};
use types::{Actor, ErrorKind, Failure, Permission, WorkflowId, WorkspaceId};

use super::wire::ConversationRequest;
use crate::conversations::wire::{ConversationObject, connector};
use crate::envelope::{Answer, Envelope};
use crate::messages::wire::{labels, stored_labels};
use crate::{Coze, error};

/// Routes.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze).on(Policy::Caller, rest::methods!(create)).done()
}

/// Find a conversation of an app by its name, or make it
#[utoipa::path(post, path = "/v1/workflow/conversation/create", operation_id = "coze_workflow_conversation", tag = "coze workflows",
    request_body = ConversationRequest, responses((status = 200, body = Envelope<ConversationObject>)))]
async fn create(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<ConversationRequest>) -> rest::Result<Answer> {
    let name = given.conversation_name.clone().filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| error::missing("conversation_name"))?;
    let app = given.app_id.clone().filter(|app| !app.is_empty());
    let workspace = coze.conversation_workspace(&who, &given).await?;
    who.require(workspace, Permission::Run)?;
    let owner = Owner {
        workspace,
        user: who.user,
        place: app.ok_or_else(|| error::missing("app_id"))?,
        person: given.user_id.clone().unwrap_or_default(),
        draft: given.draft_mode == Some(true),
    };
    let id = if given.get_or_create == Some(true) {
        let meta = stored_labels(labels(given.meta_data)?);
        let connector = connector(Some(&given.connector_id)).to_owned();
        coze.chat.named.open(&owner, &name, NewConversation { meta, connector, ..NewConversation::default() }).await?.0.id
    } else {
        let found = coze.chat.named.find(&owner, &name).await?;
        let missing = || {
            let message = format!("There is no conversation `{name}` in this app. Ask with `get_or_create`.");
            Failure::new(ErrorKind::NotFound, "conversation_not_found", message)
        };
        found.ok_or_else(missing)?.id
    };
    Answer::data(&ConversationObject::from(coze.chat.conversations.get(&who, id).await?))
}

impl Coze {
    async fn conversation_workspace(&self, who: &Actor, given: &ConversationRequest) -> Result<WorkspaceId, Failure> {
        match (given.workflow_id.0, given.space_id.0) {
            (Some(id), _) => Ok(self.studio_workflows.get(who, WorkflowId(id)).await?.workspace),
            (None, Some(space)) => Ok(WorkspaceId(space)),
            (None, None) => Self::first_workspace(who),
        }
    }
}
