//! What Hearth adds to the time to first token, with many chats at once.
//!
//! The same clients talk to the scripted model directly and through Hearth's `POST /v3/chat`, in
//! alternating rounds of the same run, with the same program on both sides. Two kinds of load:
//! *sustained*, N clients that always have a chat under way, as N people have; and *rush*, N clients
//! that all begin within one second.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::hearth::{self, Hearth, Studio};
use crate::model_server::{self, Pace};
use crate::report::{Report, ms, quantile};
use crate::wire::{Client, Question};

/// As hosted models write: forty tokens a second, answers of a paragraph.
const PACE: Pace = Pace { first: Duration::from_millis(300), between: Duration::from_millis(25), tokens: 100 };
/// Of each load and path.
const ROUNDS: usize = 3;
/// In a sustained round each client has so many chats, one after the other.
const CHATS: usize = 3;
/// Clients of a rush begin within this time.
const RUSH: Duration = Duration::from_secs(1);

/// A load.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    clients: usize,
    /// The clients begin evenly spread over this time.
    arrival: Duration,
    /// One after the other.
    chats: usize,
    budget: &'static str,
}

/// What some chats showed.
#[derive(Default)]
struct Measured {
    first: Vec<f64>,
    failures: usize,
    /// Processor time of Hearth, and of load generator and model together, in milliseconds.
    cpu: (f64, f64),
}

/// Runs it.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let model = model_server::start(PACE).await?;
    let model_url = format!("http://{model}/v1");
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, &model_url).await?;
    let last = format!("word{} ", PACE.tokens - 1);
    let asked = json!({ "model": "scripted", "stream": true, "messages": [{ "role": "user", "content": "hello" }] });
    let direct = Question::new(&format!("{model_url}/chat/completions"), "key", &asked, "\"content\":\"word", last.clone())?;
    let message = json!([{ "role": "user", "content": "hello", "content_type": "text" }]);
    let asked = json!({ "bot_id": studio.agent, "user_id": "bench", "stream": true, "additional_messages": message });
    let through = Question::new(&format!("{}/v3/chat", hearth.url), &studio.token, &asked, "conversation.message.delta", last)?;
    let (direct, through) = (Arc::new(direct), Arc::new(through));

    let sustained = |clients, budget| Load { name: "sustained", clients, arrival: PACE.whole(), chats: CHATS, budget };
    let rush = |clients| Load { name: "rush", clients, arrival: RUSH, chats: 1, budget: "" };
    let loads = [sustained(100, "p50 3 ms, p99 25 ms"), sustained(500, "p99 100 ms, no failure"), rush(100), rush(500)];
    volley(&hearth, &through, Load { chats: 1, ..sustained(20, "") }).await?;

    let mut report = Report::new(
        "chat",
        &format!(
            "Time to first token of streamed chats, {ROUNDS} alternating rounds. The scripted model takes {}. \
             Sustained: each client has {CHATS} chats one after the other, clients begin spread over the length of one answer. \
             Rush: each client has one chat, all begin within {} ms.",
            PACE.told(),
            RUSH.as_millis()
        ),
    );
    let head = [
        "load",
        "clients",
        "path",
        "chats",
        "p50",
        "p99",
        "failures",
        "added p50",
        "added p99",
        "budget",
        "Hearth's CPU per chat",
        "load's CPU per chat",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    for load in loads {
        let (mut a, mut b) = (Measured::default(), Measured::default());
        for _ in 0..ROUNDS {
            a.add(volley(&hearth, &direct, load).await?);
            b.add(volley(&hearth, &through, load).await?);
        }
        let added = |q: f64| ms(quantile(&b.first, q) - quantile(&a.first, q));
        rows.push(row(load, "direct", &a, [String::new(), String::new(), String::new()]));
        rows.push(row(load, "Hearth", &b, [added(0.5), added(0.99), load.budget.into()]));
    }
    report.table(&rows);
    report.note(&format!("Memory after the run: {:.1} MiB. Load generator, model and Hearth share the machine's cores.", hearth.memory()?));
    hearth.stop().await?;
    Ok(report)
}

fn row(load: Load, path: &str, measured: &Measured, rest: [String; 3]) -> Vec<String> {
    let chats = (measured.first.len() + measured.failures).max(1);
    let mut row = vec![
        load.name.to_owned(),
        load.clients.to_string(),
        path.to_owned(),
        chats.to_string(),
        ms(quantile(&measured.first, 0.5)),
        ms(quantile(&measured.first, 0.99)),
        measured.failures.to_string(),
    ];
    row.extend(rest);
    row.extend([measured.cpu.0, measured.cpu.1].map(|cpu| ms(cpu / chats as f64)));
    row
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.first.extend(other.first);
        self.failures += other.failures;
        self.cpu = (self.cpu.0 + other.cpu.0, self.cpu.1 + other.cpu.1);
    }
}

/// All clients of a round.
async fn volley(hearth: &Hearth, question: &Arc<Question>, load: Load) -> anyhow::Result<Measured> {
    let before = (hearth.cpu()?, hearth::cpu("self")?);
    let begin = Instant::now();
    let one = |index: usize| {
        let question = Arc::clone(question);
        let start = begin + load.arrival.mul_f64(index as f64 / load.clients as f64);
        tokio::spawn(async move {
            tokio::time::sleep_until(start).await;
            let mut client = Client::new();
            let mut answers = Vec::with_capacity(load.chats);
            for _ in 0..load.chats {
                answers.push(client.ask(&question).await);
            }
            answers
        })
    };
    let tasks: Vec<_> = (0..load.clients).map(one).collect();
    let mut measured = Measured::default();
    for task in tasks {
        for answer in task.await? {
            match answer {
                Ok(first) => measured.first.push(first),
                Err(_) => measured.failures += 1,
            }
        }
    }
    measured.cpu = (hearth.cpu()? - before.0, hearth::cpu("self")? - before.1);
    Ok(measured)
}
