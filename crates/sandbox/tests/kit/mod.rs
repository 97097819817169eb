//! What the suites share: a sandbox on this host, and a way to skip loudly.

#![allow(dead_code, clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "helpers of tests; each suite uses its part")]

use std::collections::BTreeSet;
use std::time::Duration;

use sandbox::{Code, Config, EngineState, Error, Language, Limits, Outcome, Request, Sandbox};
use serde_json::{Value, json};

/// The worker of the tests; `HEARTH_TEST_SANDBOX_WORKER` where the build's own directory cannot be read.
pub fn config() -> Config {
    let worker = std::env::var("HEARTH_TEST_SANDBOX_WORKER").unwrap_or_else(|_| env!("CARGO_BIN_EXE_sandbox-worker").to_owned());
    Config::new(worker, &[])
}

/// A sandbox, and the languages that it has here. Says which it lacks; none is a failure when services are required.
pub async fn sandbox() -> (Sandbox, Vec<Language>) {
    let sandbox = Sandbox::new(config(), None);
    let mut languages = Vec::new();
    for engine in sandbox.engines().await {
        if engine.state == EngineState::Ready {
            languages.push(engine.language);
            continue;
        }
        let reason = engine.reason.unwrap_or_default();
        println!("SKIPPED: no {} on this host: {reason}", engine.language.as_str());
        let required = std::env::var("HEARTH_TEST_REQUIRE_SERVICES").is_ok_and(|v| v == "1");
        assert!(!required, "{} is required: {reason}", engine.language.as_str());
    }
    (sandbox, languages)
}

pub fn short() -> Limits {
    Limits {
        wall: Duration::from_secs(5),
        cpu: Duration::from_secs(5),
        memory_bytes: 64 << 20,
        output_bytes: 64 << 10,
        console_bytes: 4 << 10,
    }
}

pub fn request(language: Language, code: &str, params: Value) -> Request {
    Request { limits: short(), ..Request::new(language, code, params) }
}

pub async fn run(sandbox: &Sandbox, language: Language, code: &str, params: Value) -> Result<Outcome, Error> {
    sandbox.run(request(language, code, params)).await
}

/// The answer, or a failed test.
pub async fn answer(sandbox: &Sandbox, language: Language, code: &str, params: Value) -> Value {
    match run(sandbox, language, code, params).await {
        Ok(outcome) => outcome.output,
        Err(error) => panic!("{} failed: {error:?}\n{code}", language.as_str()),
    }
}

/// How it ended, or a failed test.
pub async fn failure(sandbox: &Sandbox, language: Language, code: &str) -> Error {
    match run(sandbox, language, code, json!({})).await {
        Err(error) => error,
        Ok(outcome) => panic!("{} answered {outcome:?}\n{code}", language.as_str()),
    }
}

/// The engine still works.
pub async fn alive(sandbox: &Sandbox, language: Language) {
    let code = match language {
        Language::Javascript => "function main() { return 1 + 1 }",
        Language::Python => "def main(args): return 1 + 1",
    };
    assert_eq!(answer(sandbox, language, code, json!({})).await, json!(2));
}

pub fn is(error: &Error, code: Code, line: Option<u32>) {
    assert_eq!((error.code, error.line), (code, line), "{error:?}");
}

/// Direct and indirect children of this process.
pub fn processes() -> BTreeSet<i32> {
    let mut found = BTreeSet::new();
    let mut parents = vec![i32::try_from(std::process::id()).unwrap()];
    while let Some(parent) = parents.pop() {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{parent}/task")) else { continue };
        for thread in threads.flatten() {
            let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace().map(|c| c.parse::<i32>().unwrap()) {
                found.insert(child);
                parents.push(child);
            }
        }
    }
    found
}
