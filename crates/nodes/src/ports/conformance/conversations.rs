//! Conversations of apps.

use super::{Caller, Outcome, check, step, told};
use crate::ports::conversations::{Conversations, Messages, Page, Renamed, Role, Said};

/// Runs the suite for a caller in an app that declares the conversation `fixed` and keeps no others.
pub async fn conversations(port: &dyn Conversations, caller: &Caller, fixed: &str) -> Outcome {
    names(port, caller, fixed).await?;
    messages(port, caller).await
}

async fn names(port: &dyn Conversations, caller: &Caller, fixed: &str) -> Outcome {
    let declared = port.find(caller, fixed).await.map_err(told("finding the declared one"))?;
    let declared = declared.ok_or("a declared conversation is there as soon as it is asked for")?;
    check(declared.fixed, "a declared conversation is fixed")?;
    check(port.find(caller, "a").await.map_err(told("finding"))?.is_none(), "others are not there before they are made")?;

    let (a, existed) = port.create(&step(caller, "1"), "a").await.map_err(told("making"))?;
    check(!existed && !a.fixed && a.name == "a", "a conversation is made")?;
    let (same, existed) = port.create(&step(caller, "2"), "a").await.map_err(told("making again"))?;
    check(existed && same.id == a.id, "a name that is taken is found")?;
    let (b, _) = port.create(&step(caller, "3"), "b").await.map_err(told("making another"))?;
    let rename = |key: &str, name: &'static str| {
        let caller = step(caller, key);
        async move { port.rename(&caller, b.id, name).await.map_err(told("renaming")) }
    };
    check(rename("4", "a").await? == Renamed::Taken, "two conversations never have one name")?;
    check(rename("5", "c").await? == Renamed::Done, "a conversation can be renamed")?;
    check(port.find(caller, "c").await.map_err(told("finding"))?.is_some_and(|c| c.id == b.id), "it has the new name")?;
    check(port.find(caller, "b").await.map_err(told("finding"))?.is_none(), "and not the old one")?;

    let names = |caller: Caller| async move {
        let list = port.list(&caller).await.map_err(told("listing"))?;
        Ok::<Vec<String>, String>(list.into_iter().map(|one| one.name).collect())
    };
    let listed = names(caller.clone()).await?;
    check(["a", "c"].iter().all(|name| listed.iter().any(|one| one == name)), "all are listed")?;
    for other in [
        Caller { user: types::UserId::generate(), ..caller.clone() },
        Caller { workspace: types::WorkspaceId::generate(), ..caller.clone() },
        Caller { app: Some("another app".to_owned()), ..caller.clone() },
        Caller { draft: !caller.draft, ..caller.clone() },
    ] {
        let seen = names(other.clone()).await?;
        check(!seen.iter().any(|name| name == "a" || name == "c"), "users, workspaces, apps and forms are kept apart")?;
        check(port.find(&other, "a").await.map_err(told("finding"))?.is_none(), "names are kept apart")?;
        check(!port.delete(&other, a.id).await.map_err(told("deleting"))?, "nobody else can remove it")?;
        let said = port.say(&step(&other, "stranger"), a.id, Role::User, "hello").await;
        check(said.is_err(), "nobody else can say something in it")?;
    }
    check(port.delete(&step(caller, "6"), b.id).await.map_err(told("deleting"))?, "a conversation can be removed")?;
    check(!port.delete(&step(caller, "7"), b.id).await.map_err(told("deleting"))?, "once")
}

async fn messages(port: &dyn Conversations, caller: &Caller) -> Outcome {
    let (a, _) = port.create(&step(caller, "8"), "a").await.map_err(told("making"))?;
    let mut said: Vec<Said> = Vec::new();
    for (at, role) in [Role::User, Role::Assistant, Role::User, Role::Assistant, Role::User].into_iter().enumerate() {
        let caller = step(caller, &format!("say {at}"));
        let first = port.say(&caller, a.id, role, &format!("m{at}")).await.map_err(told("saying"))?;
        let again = port.say(&caller, a.id, role, &format!("m{at}")).await.map_err(told("saying again"))?;
        check(first == again, "a repeated step says it once")?;
        check(first.role == role && first.content_type == "text", "a message is as it was said")?;
        said.push(first);
    }
    let page = |limit: u32, before: Option<usize>, after: Option<usize>| {
        let page = Page { limit, before: before.map(|at| said[at].id), after: after.map(|at| said[at].id) };
        async move {
            let Messages { messages, has_more } = port.messages(caller, a.id, page).await.map_err(told("reading"))?;
            let contents: Vec<String> = messages.into_iter().map(|said| said.content).collect();
            Ok::<(String, bool), String>((contents.join(" "), has_more))
        }
    };
    check(page(50, None, None).await? == ("m4 m3 m2 m1 m0".to_owned(), false), "the newest message comes first")?;
    check(page(2, None, None).await? == ("m4 m3".to_owned(), true), "a page has no more than its limit")?;
    check(page(2, Some(3), None).await? == ("m2 m1".to_owned(), true), "before a message come older ones")?;
    check(page(2, None, Some(1)).await? == ("m3 m2".to_owned(), true), "after a message come newer ones")?;
    check(page(2, None, Some(3)).await? == ("m4".to_owned(), false), "until there are no more")?;

    let history = |rounds: u32| async move {
        let history = port.history(caller, a.id, rounds).await.map_err(told("reading the history"))?;
        Ok::<String, String>(history.into_iter().map(|said| said.content).collect::<Vec<_>>().join(" "))
    };
    check(history(2).await? == "m2 m3 m4", "a history has whole rounds, the oldest first")?;
    check(history(0).await?.is_empty(), "no rounds are no history")?;
    check(port.edit(&step(caller, "e"), a.id, said[4].id, "new").await.map_err(told("editing"))?, "a message can be changed")?;
    check(history(1).await? == "new", "it has the new text")?;
    check(port.unsay(&step(caller, "u"), a.id, said[4].id).await.map_err(told("removing"))?, "a message can be removed")?;
    check(!port.unsay(&step(caller, "v"), a.id, said[4].id).await.map_err(told("removing"))?, "once")?;
    check(!port.edit(&step(caller, "w"), a.id, said[4].id, "x").await.map_err(told("editing"))?, "what is gone cannot be changed")?;
    check(port.clear(&step(caller, "c"), a.id).await.map_err(told("clearing"))?, "the history can be cleared")?;
    check(history(9).await?.is_empty(), "then nothing of before is seen")?;
    check(page(50, None, None).await?.0 == "m3 m2 m1 m0", "but the messages stay")
}
