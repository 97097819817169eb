//! Many at once, misfits among them, and hosts without a jail.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod kit;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kit::{alive, answer, config, processes, request, sandbox};
use sandbox::{Code, EngineState, Isolation, Language, Layer, Limits, Sandbox};
use serde_json::json;

/// These count and kill the processes of the whole test program.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once() {
    let _alone = ALONE.lock().await;
    let (sandbox, languages) = sandbox().await;
    let started = Instant::now();
    let mut running = Vec::new();
    for number in 0..200_u32 {
        let language = languages[number as usize % languages.len()];
        let javascript = language == Language::Javascript;
        // Every tenth misbehaves, on behalf of one owner; the others are good and somebody else's.
        let (code, wanted) = match number / 2 % 20 {
            0 => (if javascript { "function main() { for (;;); }" } else { "def main(args):\n    while True: pass" }, Some(Code::Timeout)),
            10 => (
                if javascript {
                    "function main() { const a = []; for (;;) a.push(new Array(1e5).fill(0)) }"
                } else {
                    "def main(args):\n    a = []\n    while True: a.append(bytearray(10**6))"
                },
                Some(Code::Memory),
            ),
            _ => {
                (if javascript { "function main({ params }) { return params.n }" } else { "def main(args): return args.params['n']" }, None)
            }
        };
        let mut request = request(language, code, json!({ "n": number }));
        request.limits = Limits { wall: Duration::from_millis(if wanted == Some(Code::Timeout) { 300 } else { 20_000 }), ..request.limits };
        request.owner = Some(if wanted.is_some() { 1 } else { 2 });
        let sandbox = sandbox.clone();
        running.push((number, wanted, tokio::spawn(async move { sandbox.run(request).await })));
    }
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, wanted, task) in running {
        match (task.await.unwrap(), wanted) {
            (Ok(outcome), None) => assert_eq!(outcome.output, json!(number)),
            (Err(error), Some(wanted)) => assert_eq!(error.code, wanted, "{error:?}"),
            (ended, _) => panic!("{number}: {ended:?}"),
        }
        *ends.entry(wanted.map_or("good", Code::as_code)).or_default() += 1;
    }
    println!("{ends:?} in {:?}", started.elapsed());
    for language in languages {
        alive(&sandbox, language).await;
    }
}

fn kill(pid: i32) {
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_middle_is_replaced() {
    let _alone = ALONE.lock().await;
    let (sandbox, languages) = sandbox().await;
    for &language in &languages {
        let code = if language == Language::Javascript {
            "async function main() { await new Promise((r) => setTimeout(r, 4000)) }"
        } else {
            "import time\ndef main(args): time.sleep(4)"
        };
        // Of the round before, only dead workers may be left.
        alive(&sandbox, language).await;
        let (slow, sandboxed) = (request(language, code, json!({})), sandbox.clone());
        let waiting = tokio::spawn(async move { sandboxed.run(slow).await });
        tokio::time::sleep(Duration::from_millis(400)).await;
        processes().into_iter().for_each(kill);
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.code, Code::Crashed, "{error:?}");
        for _ in 0..5 {
            alive(&sandbox, language).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_execution_ends() {
    let _alone = ALONE.lock().await;
    let (sandbox, languages) = sandbox().await;
    for &language in &languages {
        let code = if language == Language::Javascript { "function main() { for (;;); }" } else { "def main(args):\n    while True: pass" };
        for _ in 0..20 {
            let abandoned = tokio::time::timeout(Duration::from_millis(30), sandbox.run(request(language, code, json!({})))).await;
            assert!(abandoned.is_err());
        }
        alive(&sandbox, language).await;
    }
    // Each worker is up to three processes: who waits, who is warm, who is ready.
    let most = 3 * 2 * languages.len() * sandbox.config().warm();
    let until = Instant::now() + Duration::from_secs(20);
    while processes().len() > most && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(processes().len() <= most, "{} processes", processes().len());
    drop(sandbox);
    let until = Instant::now() + Duration::from_secs(20);
    while !processes().is_empty() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(processes().is_empty(), "nothing outlives the sandbox");
}

#[tokio::test]
async fn waiting_executions_do_not_hold_others_up() {
    let _alone = ALONE.lock().await;
    let (sandbox, languages) = sandbox().await;
    let slow = "async function main() { await new Promise((r) => setTimeout(r, 3000)); return 'slow' }";
    let mut waiting = Vec::new();
    for _ in 0..sandbox.config().warm() {
        let (sandbox, request) = (sandbox.clone(), request(Language::Javascript, slow, json!({})));
        waiting.push(tokio::spawn(async move { sandbox.run(request).await }));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    alive(&sandbox, Language::Javascript).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    for task in waiting {
        assert_eq!(task.await.unwrap().unwrap().output, json!("slow"));
    }
    assert!(!languages.is_empty());
}

#[tokio::test]
async fn without_a_jail_everything_refuses_and_says_what_to_do() {
    let _alone = ALONE.lock().await;
    for without in [Layer::ALL.to_vec(), vec![Layer::Seccomp], vec![Layer::Namespaces, Layer::Landlock]] {
        let mut config = config();
        config.without.clone_from(&without);
        let sandbox = Sandbox::new(config, None);
        for engine in sandbox.engines().await {
            assert_eq!(engine.state, EngineState::Off, "{without:?}");
            let error = sandbox.run(request(engine.language, "x", json!({}))).await.unwrap_err();
            assert_eq!(error.code, Code::Unavailable);
            for word in ["jail", "user namespaces", "hearth doctor", "CODE_RUNNER_TYPE=local"] {
                assert!(error.message.contains(word), "{}", error.message);
            }
        }
    }
}

#[tokio::test]
async fn one_layer_less_still_holds() {
    let _alone = ALONE.lock().await;
    for layer in [Layer::Namespaces, Layer::Landlock] {
        let mut config = config();
        config.without = vec![layer];
        let sandbox = Sandbox::new(config, None);
        for engine in sandbox.engines().await {
            println!("without {}: {} is {:?} {}", layer.as_str(), engine.name, engine.state, engine.reason.clone().unwrap_or_default());
            match engine.state {
                EngineState::Ready => alive(&sandbox, engine.language).await,
                // Python that only root can read, and no file tree to show it in.
                EngineState::Off => assert!(engine.language == Language::Python && layer == Layer::Namespaces, "{:?}", engine.reason),
                EngineState::Absent => println!("SKIPPED: {:?}", engine.reason),
                EngineState::Unprotected => panic!("nobody asked for that"),
            }
        }
    }
}

#[tokio::test]
async fn a_local_runner_says_what_it_is() {
    let _alone = ALONE.lock().await;
    let mut config = config();
    config.isolation = Isolation::Local;
    let sandbox = Sandbox::new(config, None);
    for engine in sandbox.engines().await {
        assert_eq!(engine.state, EngineState::Unprotected, "{:?}", engine.reason);
        assert!(engine.proof.unwrap().layers.iter().all(|layer| !layer.on));
        alive(&sandbox, engine.language).await;
    }
    // What the escapes try is possible here: they are no idle tries.
    let reach = "import os\ndef main(args):\n    pid = os.fork()\n    if pid == 0: os._exit(0)\n    os.waitpid(pid, 0)\n    return [len(open('/etc/passwd').read()) > 0, len(os.listdir('/proc')) > 0, __import__('socket').socket().fileno() >= 0]";
    assert_eq!(answer(&sandbox, Language::Python, reach, json!({})).await, json!([true, true, true]));
    // Even so the environment stays with the server.
    let code = "import os\ndef main(args): return dict(os.environ)";
    assert_eq!(answer(&sandbox, Language::Python, code, json!({})).await, json!({}));
}
