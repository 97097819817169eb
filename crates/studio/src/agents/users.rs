//! Which agents use a model.

use async_trait::async_trait;
use db::Db;
use types::ModelId;

use super::repo;
use crate::models::{User, Users};

/// Answers from the tables of agents.
pub struct ModelUsers(pub Db);

#[async_trait]
impl Users for ModelUsers {
    async fn of_model(&self, model: ModelId) -> Result<Vec<User>, db::Error> {
        let agents = repo::users_of_model(self.0.read(), model).await?;
        Ok(agents.into_iter().map(|a| User { agent: a.id, workspace: a.workspace, name: a.name }).collect())
    }
}
