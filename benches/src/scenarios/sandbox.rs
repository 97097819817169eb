//! How fast people's code runs, what waiting workers weigh, beside a plain Python process and Deno with Pyodide.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sandbox::{Config, EngineState, Language, Request, Sandbox};
use serde_json::json;

use crate::report::{Report, ms, quantile};

const ONE_BY_ONE: usize = 2_000;
const AT_ONCE: usize = 50;
const LOAD: Duration = Duration::from_secs(5);
const COLD: usize = 15;

/// Runs it.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let sandbox = Sandbox::new(Config::new(bin.canonicalize()?, &["sandbox-worker"]), None);
    let mut report = Report::new(
        "sandbox",
        "Executions of `return 1 + 1` for one workspace by the crate `sandbox`, without HTTP, on jailed workers that are this binary. \
         The same script: JavaScript runs it in a process kept for it, each time in a fresh context; CPython forks a process from a warm \
         parent each time. Another script each time: both fork. One by one: 2000 executions after each other. At once: 50 callers for 5 \
         seconds.",
    );
    let mut rows = vec![vec!["what".into(), "measured".into(), "budget".into()]];
    let mut ready = Vec::new();
    for engine in sandbox.engines().await {
        let language = engine.language;
        let name = language.as_str();
        if engine.state != EngineState::Ready {
            report.note(&format!("No {name} here: {}", engine.reason.unwrap_or_default()));
            continue;
        }
        let budgets = match language {
            Language::Javascript => ["0.5 ms", "3 ms", "2000/s"],
            Language::Python => ["4 ms", "15 ms", "300/s"],
        };
        let title = format!("{name} ({})", engine.version);
        let beside = ["", "", ""];
        for (scripts, which, budgets) in
            [(Scripts::Same, "the same script", budgets), (Scripts::Others, "another script each time", beside)]
        {
            let times = one_by_one(&sandbox, language, scripts).await?;
            let rate = at_once(&sandbox, language, scripts).await?;
            rows.push(vec![format!("{title}, {which}, median"), ms(quantile(&times, 0.5)), budgets[0].into()]);
            rows.push(vec![format!("{title}, {which}, 99 of 100"), ms(quantile(&times, 0.99)), budgets[1].into()]);
            rows.push(vec![format!("{title}, {which}, {AT_ONCE} at once"), format!("{rate:.0} executions/s"), budgets[2].into()]);
        }
        ready.push((language, title));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (count, memory) = weight();
    rows.push(vec![format!("idle pool: {count} processes, proportional memory"), format!("{memory:.1} MiB"), "60 MiB".into()]);
    for (language, title) in ready {
        let cold = cold(&sandbox, language).await?;
        rows.push(vec![format!("{title}, no worker left: start one and run, median of {COLD}"), ms(quantile(&cold, 0.5)), "60 ms".into()]);
    }
    drop(sandbox);
    rows.extend(compared());
    report.table(&rows);
    report.note(
        "Plain `python3 -c` and Deno are started as a process for each execution, as runners of this kind do; Pyodide is loaded from the \
         local disk. Neither row has a jail of this kind: `python3 -c` has none, Deno has its permissions.",
    );
    Ok(report)
}

/// What is executed one after the other.
#[derive(Clone, Copy, PartialEq)]
enum Scripts {
    Same,
    Others,
}

fn request(language: Language, scripts: Scripts) -> Request {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = if scripts == Scripts::Same { 0 } else { NUMBER.fetch_add(1, Ordering::Relaxed) };
    let code = match language {
        Language::Javascript => format!("async function main({{ params }}) {{ return 1 + 1; }} // {number}"),
        Language::Python => format!("async def main(args):\n    return 1 + 1 # {number}\n"),
    };
    Request { owner: Some(1), ..Request::new(language, code, json!({})) }
}

async fn one_by_one(sandbox: &Sandbox, language: Language, scripts: Scripts) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::with_capacity(ONE_BY_ONE);
    for round in 0..ONE_BY_ONE + 50 {
        let began = Instant::now();
        let outcome = sandbox.run(request(language, scripts)).await?;
        anyhow::ensure!(outcome.output == json!(2), "a wrong answer");
        if round >= 50 {
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(times)
}

async fn at_once(sandbox: &Sandbox, language: Language, scripts: Scripts) -> anyhow::Result<f64> {
    let done = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let callers = (0..AT_ONCE).map(|_| {
        let (sandbox, done) = (sandbox.clone(), done.clone());
        tokio::spawn(async move {
            while began.elapsed() < LOAD {
                sandbox.run(request(language, scripts)).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, sandbox::Error>(())
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await??;
    }
    Ok(done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}

/// Kills all idle workers, then runs: what the first caller waits.
async fn cold(sandbox: &Sandbox, language: Language) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..COLD {
        for pid in descendants() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).stderr(Stdio::null()).status();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        sandbox.run(request(language, Scripts::Same)).await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        // The others are started meanwhile; they are not measured.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    Ok(times)
}

fn descendants() -> Vec<u32> {
    let mut found = Vec::new();
    let mut parents = vec![std::process::id()];
    while let Some(parent) = parents.pop() {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{parent}/task")) else { continue };
        for thread in threads.flatten() {
            let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            let children = children.split_whitespace().filter_map(|c| c.parse::<u32>().ok()).collect::<Vec<_>>();
            found.extend(&children);
            parents.extend(children);
        }
    }
    found
}

/// Number of worker processes, and their memory in MiB: shared pages count once for all who share them.
fn weight() -> (usize, f64) {
    let workers = descendants();
    let one = |pid: &u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("Pss:")).unwrap_or("0 kB").to_owned();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0)
    };
    (workers.len(), workers.iter().map(one).sum::<f64>() / 1024.0)
}

fn timed(command: &mut Command) -> Option<f64> {
    let began = Instant::now();
    let output = command.stderr(Stdio::null()).output().ok()?;
    let right = output.status.success() && String::from_utf8_lossy(&output.stdout).trim() == "2";
    right.then(|| began.elapsed().as_secs_f64() * 1000.0)
}

fn compared() -> Vec<Vec<String>> {
    // The interpreter itself: what is called `python3` may be a script that looks for one.
    let found = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let interpreter = found.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    let python: Vec<f64> = (0..30).filter_map(|_| timed(Command::new(&interpreter).args(["-c", "print(1 + 1)"]))).collect();
    let usual = "import json, re, datetime, math, random, asyncio, typing\nasync def main(): return 1 + 1\nprint(asyncio.run(main()))";
    let imports: Vec<f64> = (0..30).filter_map(|_| timed(Command::new(&interpreter).args(["-c", usual]))).collect();
    let mut rows = vec![
        vec!["`python3 -c 'print(1 + 1)'`, median of 30".into(), ms(quantile(&python, 0.5)), "compared".into()],
        vec!["`python3 -c` with the usual imports and asyncio, median of 30".into(), ms(quantile(&imports, 0.5)), "compared".into()],
    ];
    match deno() {
        None => rows.push(vec!["`deno` + `pyodide` (npm)".into(), "could not be installed here".into(), "compared".into()]),
        Some((deno, script)) => {
            let each = || {
                timed(
                    Command::new(&deno)
                        .args(["run", "-A", "--no-remote"])
                        .arg(&script)
                        .current_dir(script.parent().unwrap_or(Path::new("."))),
                )
            };
            let times: Vec<f64> = (0..5).filter_map(|_| each()).collect();
            let told = if times.is_empty() { "does not run here".to_owned() } else { ms(quantile(&times, 0.5)) };
            rows.push(vec!["`deno` + `pyodide` (npm), a process each, median of 5".into(), told, "compared".into()]);
        }
    }
    rows
}

/// Deno and a script that runs Python by Pyodide, installed once beside the build.
fn deno() -> Option<(PathBuf, PathBuf)> {
    let place = std::env::temp_dir().join("hearth-bench-deno");
    let deno = place.join("node_modules/.bin/deno");
    if !deno.exists() {
        std::fs::create_dir_all(&place).ok()?;
        std::fs::write(place.join("package.json"), "{\"private\": true, \"type\": \"module\"}").ok()?;
        let install = ["install", "--no-audit", "--no-fund", "--silent", "deno@2", "pyodide"];
        Command::new("npm").args(install).current_dir(&place).stdout(Stdio::null()).status().ok()?;
    }
    let script = place.join("run.mjs");
    let text =
        "import { loadPyodide } from 'npm:pyodide';\nconst py = await loadPyodide();\nconsole.log(await py.runPythonAsync('1 + 1'));\n";
    std::fs::write(&script, text).ok()?;
    deno.exists().then_some((deno, script))
}
