//! The fakes keep their contracts.

use futures::executor::block_on;
use types::WorkspaceId;

use super::conformance::{self, Table};
use super::fakes::{FakeConversations, FakeDatabases, FakeKnowledge};
use super::*;

fn caller() -> Caller {
    Caller { app: Some("app".into()), ..Caller::from(&crate::testkit::cx()) }
}

#[test]
fn knowledge_in_memory_keeps_the_contract() {
    let caller = caller();
    let fake = FakeKnowledge::default().with(caller.workspace, "k").with(WorkspaceId::generate(), "other");
    block_on(conformance::knowledge(&fake, &caller, "k", "https://files/heron.txt")).unwrap();
}

#[test]
fn tables_in_memory_keep_the_contract() {
    let caller = caller();
    let fake = FakeDatabases::default().with(caller.workspace, "t", &[("1", "name"), ("2", "age")]);
    let table = Table { database: "t", text: ("1", "name"), number: ("2", "age") };
    block_on(conformance::databases(&fake, &caller, table)).unwrap();
}

#[test]
fn conversations_in_memory_keep_the_contract() {
    let fake = FakeConversations::default().with_fixed("Default");
    block_on(conformance::conversations(&fake, &caller(), "Default")).unwrap();
}

#[test]
fn the_suites_notice_what_is_wrong() {
    let caller = caller();
    let fake = FakeKnowledge::default().with(caller.workspace, "k");
    fake.finds(Ok(vec![knowledge::Slice::default()]));
    let told = block_on(conformance::knowledge(&fake, &caller, "k", "https://files/heron.txt")).unwrap_err();
    assert_eq!(told, "an empty knowledge base gives nothing");
    let table = Table { database: "gone", text: ("1", "name"), number: ("2", "age") };
    let told = block_on(conformance::databases(&FakeDatabases::default(), &caller, table)).unwrap_err();
    assert!(told.contains("database_not_found"), "{told}");
}
