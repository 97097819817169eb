//! Use cases. Who calls has shown that he acts for the owner's user.

use std::sync::Arc;

use db::Db;
use types::{Actor, ConversationId};

use super::model::{Named, Owner, Renamed};
use super::repo;
use crate::Conversations;
use crate::conversations::{Error, NewConversation, blank, repo as threads};

/// Conversations that go by name.
pub struct NamedConversations {
    db: Db,
    conversations: Arc<Conversations>,
}

impl NamedConversations {
    pub(crate) fn new(db: Db, conversations: Arc<Conversations>) -> Self {
        Self { db, conversations }
    }

    /// The conversation of this name.
    pub async fn find(&self, owner: &Owner, name: &str) -> Result<Option<Named>, Error> {
        Ok(repo::find(self.db.read(), owner, name).await?)
    }

    /// The owner's conversation with this id.
    pub async fn get(&self, owner: &Owner, id: ConversationId) -> Result<Option<Named>, Error> {
        Ok(repo::get(self.db.read(), owner, id).await?)
    }

    /// The conversation of this name, made by `new` if there is none; whether it was there before.
    pub async fn open(&self, owner: &Owner, name: &str, new: NewConversation) -> Result<(Named, bool), Error> {
        owner.check(name)?;
        if let Some(found) = self.find(owner, name).await? {
            return Ok((found, true));
        }
        let actor = Actor::system(owner.user, owner.workspace);
        let new = NewConversation { name: name.to_owned(), draft: false, user_label: owner.person.clone(), ..new };
        let row = blank(&actor, owner.workspace, new)?;
        let named = Named { id: ConversationId(row.id), name: name.to_owned() };
        let (whose, made) = (owner.clone(), named.clone());
        let stored = self.db.write(move |tx| {
            Box::pin(async move {
                repo::insert(tx, &whose, &made).await?;
                sea_orm::EntityTrait::insert::<threads::ActiveModel>(row.into()).exec_without_returning(tx).await?;
                Ok::<_, Error>(())
            })
        });
        match stored.await {
            Ok(()) => Ok((named, false)),
            // Somebody made it at the same time.
            Err(error) => self.find(owner, name).await?.map(|found| (found, true)).ok_or(error),
        }
    }

    /// Gives it another name.
    pub async fn rename(&self, owner: &Owner, id: ConversationId, name: &str) -> Result<Renamed, Error> {
        owner.check(name)?;
        if self.get(owner, id).await?.is_none() {
            return Ok(Renamed::Missing);
        }
        if let Some(other) = self.find(owner, name).await? {
            return Ok(if other.id == id { Renamed::Done } else { Renamed::Taken });
        }
        let (whose, wanted) = (owner.clone(), name.to_owned());
        let renamed = self.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(repo::rename(tx, &whose, id, &wanted).await?) }));
        match renamed.await {
            Ok(true) => {}
            Ok(false) => return Ok(Renamed::Missing),
            Err(error) => return if self.find(owner, name).await?.is_some() { Ok(Renamed::Taken) } else { Err(error) },
        }
        let actor = Actor::system(owner.user, owner.workspace);
        let changes = crate::conversations::Changes { name: Some(name.to_owned()) };
        self.conversations.update(&actor, id, changes).await?;
        Ok(Renamed::Done)
    }

    /// Removes it; `false`: there was none.
    pub async fn delete(&self, owner: &Owner, id: ConversationId) -> Result<bool, Error> {
        if self.get(owner, id).await?.is_none() {
            return Ok(false);
        }
        self.conversations.delete(&Actor::system(owner.user, owner.workspace), id).await?;
        Ok(true)
    }

    /// All of the owner, the oldest first.
    pub async fn list(&self, owner: &Owner) -> Result<Vec<Named>, Error> {
        Ok(repo::list(self.db.read(), owner).await?)
    }
}
