//! A process may stay for more executions of the same script; nothing else may get it, and nothing stays in it.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod kit;

use std::collections::BTreeSet;
use std::time::Duration;

use kit::{alive, config, processes, request};
use sandbox::{Code, Language, Limits, Request, Sandbox};
use serde_json::{Value, json};

/// These count the processes of the whole test program.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// One worker, so that every execution meets the same one.
fn one() -> Sandbox {
    let mut config = config();
    (config.warm, config.most) = (1, 2);
    Sandbox::new(config, None)
}

fn script(owner: i64, code: &str, params: Value) -> Request {
    Request { owner: Some(owner), ..request(Language::Javascript, code, params) }
}

/// Runs it, and tells which processes are there when its worker rests.
async fn after(sandbox: &Sandbox, request: Request) -> (Value, BTreeSet<i32>) {
    let output = sandbox.run(request).await.unwrap().output;
    tokio::time::sleep(Duration::from_millis(150)).await;
    (output, processes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stays_for_its_script_and_workspace_alone() {
    let _alone = ALONE.lock().await;
    let sandbox = one();
    if sandbox.engines().await.iter().all(|engine| engine.state != sandbox::EngineState::Ready) {
        println!("SKIPPED: no jail on this host");
        return;
    }
    let code = "function main({ params }) { return params.n }";
    let (_, first) = after(&sandbox, script(1, code, json!({ "n": 1 }))).await;
    let (output, again) = after(&sandbox, script(1, code, json!({ "n": 2 }))).await;
    assert_eq!((output, &again), (json!(2), &first), "the same script finds its process");
    let mut others = vec![
        script(2, code, json!({ "n": 3 })),
        script(1, "function main({ params }) { return params.n; }", json!({ "n": 3 })),
        Request { entry: "other".to_owned(), ..script(1, "function other(params) { return params.n }", json!({ "n": 3 })) },
        script(1, code, json!({ "n": 3 })),
    ];
    let limits = Limits { console_bytes: 1, ..kit::short() };
    others.push(Request { limits, ..script(1, code, json!({ "n": 3 })) });
    let mut before = again;
    for other in others {
        let told = format!("{other:?}");
        let (output, now) = after(&sandbox, other).await;
        assert_eq!(output, json!(3));
        assert!(!before.is_subset(&now), "the process of the script before is gone: {told}");
        before = now;
    }
    // Without an owner no process stays; what is left is the worker and the child for the next execution.
    let (_, none) = after(&sandbox, request(Language::Javascript, code, json!({ "n": 4 }))).await;
    assert!(none.len() < before.len(), "{none:?} {before:?}");
    // A process without work goes by itself.
    let (_, kept) = after(&sandbox, script(1, code, json!({ "n": 5 }))).await;
    assert!(kept.len() > none.len());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(processes().len(), none.len());
    alive(&sandbox, Language::Javascript).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_execution_of_a_script_finds_everything_new() {
    let _alone = ALONE.lock().await;
    let sandbox = one();
    let code = r"
        const seen = [typeof globalThis.left, Object.prototype.polluted, typeof Array.prototype.map, JSON.stringify({ a: 1 }),
          typeof Promise.prototype.then, typeof console.log, Math.max(1, 2), Symbol.keyFor(Symbol.for('shared')), counter()];
        var count = 0;
        function counter() { count = (count || 0) + 1; return count; }
        globalThis.left = 1; Object.prototype.polluted = 1;
        setTimeout(() => { globalThis.late = 1 }, 1); setInterval(() => {}, 1000);
        function main({ params }) {
          console.log('x'.repeat(3000));
          const answer = JSON.stringify([seen, params.n, typeof globalThis.late]);
          JSON.stringify = () => 'forged'; Promise.prototype.then = null; Math.max = null; console.log = null; JSON.parse = null;
          Array.prototype.map = null;
          return answer;
        }";
    let expected = |n: u32| {
        json!(json!([["undefined", null, "function", "{\"a\":1}", "function", "function", 2, "shared", 1], n, "undefined"]).to_string())
    };
    for n in 0..200 {
        let outcome = sandbox.run(script(1, code, json!({ "n": n }))).await.unwrap();
        // The engine writes the answer, whatever became of the script's own JSON.
        assert_eq!(outcome.output, expected(n), "round {n}");
        assert_eq!((outcome.console.len(), outcome.console_truncated), (1, false), "round {n}: {:?}", outcome.console);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_for_each_execution_of_a_script() {
    let _alone = ALONE.lock().await;
    let sandbox = one();
    let code = "function main({ params }) {
        if (params.how === 'throw') throw new Error('no');
        if (params.how === 'loop') for (;;);
        if (params.how === 'hoard') { const a = []; for (;;) a.push(new Array(1e5).fill(0)); }
        if (params.how === 'much') { const a = new Uint8Array(30 << 20).fill(1); return a[5]; }
        if (params.how === 'burn') { const until = Date.now() + 150; while (Date.now() < until); }
        if (params.how === 'deep') { const f = () => f() + 1; return f(); }
        return params.how }";
    let limits = Limits { wall: Duration::from_millis(700), ..kit::short() };
    let run = |how: &'static str| {
        let sandbox = sandbox.clone();
        async move { sandbox.run(Request { limits, ..script(1, code, json!({ "how": how })) }).await }
    };
    for (how, wanted) in [
        ("throw", Err(Code::Exception)),
        ("loop", Err(Code::Timeout)),
        ("hoard", Err(Code::Memory)),
        ("much", Ok(json!(1))),
        ("deep", Err(Code::Exception)),
    ] {
        for _ in 0..3 {
            assert_eq!(run("well").await.unwrap().output, json!("well"));
            let ended = run(how).await;
            assert_eq!(ended.as_ref().map(|o| o.output.clone()).map_err(|e| e.code), wanted, "{how}: {ended:?}");
        }
    }
    // What was taken is told for each, and processor time does not add up to the limit of one.
    let tight = Limits { cpu: Duration::from_millis(600), ..limits };
    for _ in 0..12 {
        let outcome = sandbox.run(Request { limits: tight, ..script(1, code, json!({ "how": "burn" })) }).await.unwrap();
        assert!((20..400).contains(&outcome.usage.cpu_ms), "{:?}", outcome.usage);
    }
    let small = run("well").await.unwrap().usage.memory_bytes;
    let much = run("much").await.unwrap().usage.memory_bytes;
    let again = run("well").await.unwrap().usage.memory_bytes;
    assert!(much > 28 << 20 && small < 9 << 20 && again < 9 << 20, "{small} {much} {again}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_scripts_at_once_get_their_own_answers() {
    let _alone = ALONE.lock().await;
    let sandbox = Sandbox::new(config(), None);
    let mut running = Vec::new();
    for number in 0..600_u32 {
        let (sandbox, owner) = (sandbox.clone(), i64::from(number % 3));
        let code = format!("globalThis.mine ??= {}; function main({{ params }}) {{ return [globalThis.mine, params.n] }}", number % 5);
        running.push(tokio::spawn(async move { (number, sandbox.run(script(owner, &code, json!({ "n": number }))).await) }));
    }
    for task in running {
        let (number, outcome) = task.await.unwrap();
        assert_eq!(outcome.unwrap().output, json!([number % 5, number]));
    }
}
