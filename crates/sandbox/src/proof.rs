//! The self-test: what was tried from inside the jail, and what came of it.
//!
//! A jail is believed only when it has held. At the first use of an engine its worker runs the
//! attempts where user code would run; one that succeeds switches the engine off.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use types::Timestamp;

use crate::host::{Task, Worker};
use crate::{Code, Isolation, Language, Layer, Limits, Request};

/// A layer of the jail on this host.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SandboxLayerState)]
pub struct LayerState {
    /// Which.
    pub layer: Layer,
    /// Whether it is in force.
    pub on: bool,
    /// What it holds, or why it is missing.
    pub detail: String,
}

impl LayerState {
    /// In force.
    pub fn on(layer: Layer, detail: &str) -> Self {
        Self { layer, on: true, detail: detail.to_owned() }
    }

    /// Missing.
    pub fn off(layer: Layer, detail: &str) -> Self {
        Self { layer, on: false, detail: detail.to_owned() }
    }
}

/// One thing that was tried.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SandboxAttempt)]
pub struct Attempt {
    /// What: `read a file`.
    pub name: String,
    /// Whether the jail held.
    pub refused: bool,
    /// The refusal.
    pub detail: String,
}

/// All that was tried with one engine.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SandboxProof)]
pub struct Proof {
    /// Whether everything was refused.
    pub held: bool,
    /// The layers in force.
    pub layers: Vec<LayerState>,
    /// What was tried.
    pub attempts: Vec<Attempt>,
    /// When.
    pub checked_at: Timestamp,
}

const SHORT: Limits = Limits {
    wall: Duration::from_secs(15),
    cpu: Duration::from_secs(15),
    memory_bytes: 48 << 20,
    output_bytes: 64 << 10,
    console_bytes: 4 << 10,
};

/// Tries everything. The error says why nothing could be tried.
pub async fn attempt(worker: &mut Worker, language: Language, isolation: Isolation) -> Result<Proof, String> {
    let layers = worker.ready().layers.clone();
    let mut attempts = Vec::new();
    if isolation == Isolation::Jailed {
        attempts = match language {
            Language::Javascript => reach(worker, language, "", true).await?,
            Language::Python => reach(worker, language, include_str!("proof.py"), false).await?,
        };
    }
    attempts.push(bounded(worker, language, "run for ever", Code::Timeout).await?);
    if isolation == Isolation::Jailed || language == Language::Javascript {
        attempts.push(bounded(worker, language, "hoard memory", Code::Memory).await?);
    }
    worker.finish().await;
    let held = attempts.iter().all(|attempt| attempt.refused);
    Ok(Proof { held, layers, attempts, checked_at: Timestamp::now() })
}

/// What the jail forbids; each answer is the refusal, or nothing when it succeeded.
async fn reach(worker: &mut Worker, language: Language, code: &str, probe: bool) -> Result<Vec<Attempt>, String> {
    let request = Request { limits: SHORT, ..Request::new(language, code, serde_json::json!({})) };
    let task = if probe { Task::probe(&request) } else { Task::new(&request, None) }.map_err(|e| e.to_string())?;
    let outcome = worker.execute(&task).await.map_err(|e| e.message)?;
    let tried: BTreeMap<String, Option<String>> =
        serde_json::from_value(outcome.output).map_err(|e| format!("the self-test gave no answer: {e}"))?;
    if tried.len() < 8 {
        return Err("the self-test did not try everything".to_owned());
    }
    let one = |(name, refusal): (String, Option<String>)| Attempt {
        name,
        refused: refusal.is_some(),
        detail: refusal.unwrap_or_else(|| "it succeeded".to_owned()),
    };
    Ok(tried.into_iter().map(one).collect())
}

/// What the limits end.
async fn bounded(worker: &mut Worker, language: Language, name: &str, wanted: Code) -> Result<Attempt, String> {
    let code = match (language, wanted) {
        (Language::Javascript, Code::Timeout) => "function main() { for (;;) { try { for (;;); } catch {} } }",
        (Language::Javascript, _) => "function main() { const hoard = []; for (;;) hoard.push(new Uint8Array(1e7)); }",
        (Language::Python, Code::Timeout) => {
            "def main(args):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
        }
        (Language::Python, _) => "def main(args):\n    hoard = []\n    while True: hoard.append(bytearray(10 ** 7))",
    };
    let wall = if wanted == Code::Timeout { Duration::from_millis(100) } else { SHORT.wall };
    let request = Request { limits: Limits { wall, ..SHORT }, ..Request::new(language, code, serde_json::json!({})) };
    let task = Task::new(&request, None).map_err(|e| e.to_string())?;
    let ended = worker.execute(&task).await;
    let (refused, detail) = match ended {
        Err(error) => (error.code == wanted, error.message),
        Ok(_) => (false, "it came to an end".to_owned()),
    };
    Ok(Attempt { name: name.to_owned(), refused, detail })
}
