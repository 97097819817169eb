//! What Hearth adds to the time to first token, with many chats at once.
//!
//! The same number of clients talk to the scripted model directly and through Hearth's
//! `POST /v3/chat`, in alternating rounds of the same run.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use serde_json::json;

use crate::hearth::{Hearth, Studio};
use crate::model_server::{self, TOKENS};
use crate::report::{Report, ms, quantile};

const ROUNDS: usize = 5;
/// Clients of a round begin within this time, as people do.
const ARRIVAL: Duration = Duration::from_secs(1);

/// One kind of request.
#[derive(Clone)]
struct Target {
    url: String,
    token: String,
    body: serde_json::Value,
    /// A frame that carries answer text holds this.
    mark: &'static str,
}

#[derive(Default)]
struct Measured {
    first: Vec<f64>,
    failures: usize,
}

/// Runs it.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let model = model_server::start().await?;
    let model_url = format!("http://{model}/v1");
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, &model_url).await?;
    let message = json!([{ "role": "user", "content": "hello", "content_type": "text" }]);
    let direct = Target {
        url: format!("{model_url}/chat/completions"),
        token: "key".into(),
        body: json!({ "model": "scripted", "stream": true, "messages": [{ "role": "user", "content": "hello" }] }),
        mark: "\"content\":\"word",
    };
    let through = Target {
        url: format!("{}/v3/chat", hearth.url),
        token: studio.token.clone(),
        body: json!({ "bot_id": studio.agent, "user_id": "bench", "stream": true, "additional_messages": message }),
        mark: "event:conversation.message.delta",
    };
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(600).tcp_nodelay(true).build()?;
    volley(&client, &through, 20).await;

    let mut report = Report::new(
        "chat",
        &format!(
            "Time to first token of streamed chats, {ROUNDS} alternating rounds; the scripted model takes {} ms to its first of {TOKENS} tokens.",
            model_server::FIRST_TOKEN.as_millis()
        ),
    );
    let mut rows = vec![["clients", "path", "p50", "p99", "failures", "added p50", "added p99", "budget"].map(String::from).to_vec()];
    for (clients, budget) in [(100, "p50 3 ms, p99 25 ms"), (500, "p99 100 ms, no failure")] {
        let (mut a, mut b) = (Measured::default(), Measured::default());
        for _ in 0..ROUNDS {
            a.add(volley(&client, &direct, clients).await);
            b.add(volley(&client, &through, clients).await);
        }
        let added = |q: f64| ms(quantile(&b.first, q) - quantile(&a.first, q));
        rows.push(row(clients, "direct", &a, [String::new(), String::new(), String::new()]));
        rows.push(row(clients, "Hearth", &b, [added(0.5), added(0.99), budget.into()]));
    }
    report.table(&rows);
    report.note(&format!("Memory after the run: {:.1} MiB. Load generator, model and Hearth share the machine's cores.", hearth.memory()?));
    hearth.stop().await?;
    Ok(report)
}

fn row(clients: usize, path: &str, measured: &Measured, rest: [String; 3]) -> Vec<String> {
    let mut row = vec![
        clients.to_string(),
        path.to_owned(),
        ms(quantile(&measured.first, 0.5)),
        ms(quantile(&measured.first, 0.99)),
        measured.failures.to_string(),
    ];
    row.extend(rest);
    row
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.first.extend(other.first);
        self.failures += other.failures;
    }
}

/// All clients of a round, their starts spread evenly.
async fn volley(client: &reqwest::Client, target: &Target, clients: usize) -> Measured {
    let one = |index: usize| {
        let (client, target) = (client.clone(), target.clone());
        let delay = ARRIVAL.mul_f64(index as f64 / clients as f64);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            chat(&client, &target).await
        })
    };
    let tasks: Vec<_> = (0..clients).map(one).collect();
    let mut measured = Measured::default();
    for task in tasks {
        match task.await {
            Ok(Ok(first)) => measured.first.push(first),
            _ => measured.failures += 1,
        }
    }
    measured
}

/// One chat to its end; milliseconds to its first token.
async fn chat(client: &reqwest::Client, target: &Target) -> anyhow::Result<f64> {
    let began = Instant::now();
    let answer = client.post(&target.url).bearer_auth(&target.token).json(&target.body).send().await?.error_for_status()?;
    let mut stream = answer.bytes_stream();
    let (mut text, mut first) = (String::new(), None);
    while let Some(chunk) = stream.next().await {
        text.push_str(std::str::from_utf8(&chunk?)?);
        if first.is_none() && text.contains(target.mark) {
            first = Some(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let last = format!("word{} ", TOKENS - 1);
    anyhow::ensure!(text.contains(&last), "the answer is not whole");
    first.ok_or_else(|| anyhow::anyhow!("no token came"))
}
