//! Canvases of Coze, imported and run through real HTTP, with the results that Coze gives.
//!
//! `HEARTH_CASES` names the folder (its form is told by the `README.md` there); without it the one
//! beside the repository is taken. Every case has a server of its own, whose models, HTTP endpoints
//! and services answer as the case says. `HEARTH_CASE` runs only cases whose id contains it.
//!
//! * [`case`]: what a case may say, nothing of it overlooked; [`names`]: placeholders; [`compare`]: values;
//! * [`mocks`]: the world around the server: [`models`], [`web`], [`services`], [`conversations`];
//! * [`world`]: the server with the canvases in it; [`play`]: what is done with them, by mode;
//!   [`expect`], [`validation`]: whether it was right;
//! * [`differences`]: cases that end differently on purpose, from `docs/reference/coze-compatibility.md`.

mod case;
mod compare;
mod conversations;
mod differences;
mod expect;
mod mocks;
mod models;
mod names;
mod play;
mod services;
mod validation;
mod web;
mod world;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::StreamExt as _;

use case::{Case, Cases};

/// Cases at a time.
const AT_ONCE: usize = 2;
/// No case takes longer.
const LIMIT: Duration = Duration::from_mins(2);

/// The folder, if there is one.
fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    if let Some(named) = std::env::var_os("HEARTH_CASES").filter(|named| !named.is_empty()) {
        let folder = root.join(named);
        assert!(folder.join("cases.json").is_file(), "HEARTH_CASES: there is no {}/cases.json", folder.display());
        return Some(folder);
    }
    let folder = root.join("../shared/conformance/canvases");
    if folder.join("cases.json").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{} is required and not there", folder.display());
    eprintln!("SKIPPED: no cases at {}", folder.display());
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn canvases_give_what_coze_gives() {
    let Some(folder) = folder() else { return };
    let cases = Cases::read(&folder);
    let only = std::env::var("HEARTH_CASE").unwrap_or_default();
    let differences = differences::listed();
    let chosen: Vec<Case> = cases.list.iter().filter(|case| case.id.contains(&only)).cloned().collect();
    assert!(!chosen.is_empty(), "no case to run in {}", folder.display());
    let played = futures::stream::iter(chosen.iter().map(|case| {
        let (case, cases) = (case.clone(), cases.clone());
        async move {
            let began = Instant::now();
            let (id, task) =
                (case.id.clone(), tokio::spawn(async move { tokio::time::timeout(LIMIT, Box::pin(play::play(&case, &cases))).await }));
            let outcome = match task.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(vec![format!("not over after {LIMIT:?}")]),
                Err(panic) => Err(vec![told(panic)]),
            };
            (id, outcome, began.elapsed())
        }
    }));
    let results: Vec<_> = played.buffered(AT_ONCE).collect().await;

    let mut failed = Vec::new();
    eprintln!("{} cases in {}", results.len(), folder.display());
    for (id, outcome, took) in results {
        let case = chosen.iter().find(|case| case.id == id).unwrap();
        let took = took.as_millis();
        match (outcome, differences.get(&id)) {
            (Ok(notes), None) => eprintln!("pass  {id}  ({took} ms){}", lines(&notes)),
            (Ok(_), Some(_)) => {
                eprintln!("FAIL  {id}: it passes, but is listed as different on purpose");
                failed.push(id);
            }
            (Err(why), Some(reason)) => eprintln!("other {id}: {reason}{}", lines(&why)),
            (Err(why), None) if !case.run => eprintln!("fails {id} (not marked run){}", lines(&why)),
            (Err(why), None) => {
                eprintln!("FAIL  {id}  ({took} ms){}", lines(&why));
                failed.push(id);
            }
        }
    }
    let unknown: Vec<_> =
        differences.keys().filter(|id| only.is_empty() && folder_is_ours() && !cases.list.iter().any(|c| c.id == **id)).collect();
    assert!(unknown.is_empty(), "listed as different, but no case: {unknown:?}");
    assert!(failed.is_empty(), "{} of {} cases failed: {}", failed.len(), chosen.len(), failed.join(", "));
}

/// The list of differences is about the folder beside the repository; others hold other cases.
fn folder_is_ours() -> bool {
    std::env::var_os("HEARTH_CASES").is_none_or(|named| named.is_empty())
}

fn lines(why: &[String]) -> String {
    let indented: Vec<String> = why.iter().map(|line| line.replace('\n', "\n      ")).collect();
    indented.into_iter().fold(String::new(), |all, line| all + "\n      " + &line)
}

fn told(panic: tokio::task::JoinError) -> String {
    let Ok(panic) = panic.try_into_panic() else { return "cancelled".to_owned() };
    let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
    text.unwrap_or_else(|| "it panicked".to_owned())
}
