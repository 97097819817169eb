//! Steps on the journal, in this process: no HTTP, no sign-in, the engine and its database as the server has them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use db::sea_orm::Statement;
use db::{Backend, Db, Options};
use engine::workflows::Start;
use engine::{Deps, Recorder, RunInfo, Runs, Settings, Workflows};
use flow::node::Registry;
use flow::run::{Event, Recorded, Reply, RunStatus, StepKind};
use flow::tool::Toolbox;
use flow::value::Values;
use flow::workflow::{Document, FrozenDocument, Limits, WorkflowForm, WorkflowSnapshot, WorkflowSource};
use model::{Catalog, OpenModel};
use serde_json::json;
use types::{Actor, Failure, ModelId, Scope, UserId, WorkflowId, WorkspaceId};

use super::{Figure, documents};
use crate::hearth;
use crate::report::{ms, quantile};

const WORKSPACE: WorkspaceId = WorkspaceId(1);
const AT_ONCE: usize = 100;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
/// Steps of the runs whose cost per step is compared.
const LENGTHS: [usize; 3] = [100, 1_000, 10_000];

/// Figures 1 and 3.
pub async fn run() -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let sync = fdatasync(dir.path())?;
    let house = House::new(dir.path()).await?;
    let mut figures = Vec::new();
    for (name, id) in [("straight, about 265 nodes", CHAIN), ("loop of 66 iterations", LOOP)] {
        let steps = 200;
        let mut rates = Vec::new();
        let mut cpu = Vec::new();
        let mut times = Vec::new();
        house.at_once(id, Duration::from_millis(500)).await?;
        for _ in 0..ROUNDS {
            let round = house.at_once(id, ROUND).await?;
            rates.push(round.rate);
            cpu.push(round.cpu_per_step);
            times.extend(round.times);
        }
        figures.push(Figure::new(
            format!("durable steps/s, {AT_ONCE} runs at once of about {steps} steps: {name}"),
            format!(
                "engine in this process, `Workflows::start` to the committed end, {ROUNDS} rounds of {} s; fdatasync here: {}",
                ROUND.as_secs(),
                ms(sync)
            ),
            format!(
                "{:.0}/s (rounds {:.0} to {:.0}), {:.1} µs of processor a step, a run p50 {} p99 {}",
                quantile(&rates, 0.5),
                quantile(&rates, 0.0),
                quantile(&rates, 1.0),
                quantile(&cpu, 0.5),
                ms(quantile(&times, 0.5)),
                ms(quantile(&times, 0.99)),
            ),
            "40000/s",
        ));
    }
    for (name, first) in [("straight", GROWING), ("loop", GROWING + 10)] {
        let mut costs = Vec::new();
        for (index, length) in LENGTHS.into_iter().enumerate() {
            costs.push((length, house.cost(WorkflowId(first + index as i64), length).await?));
        }
        let told: Vec<String> = costs.iter().map(|(length, cost)| format!("{length}: {:.1} µs / {:.1} µs", cost.wall, cost.cpu)).collect();
        let grown = costs[2].1.cpu / costs[1].1.cpu;
        figures.push(Figure::new(
            format!("cost of a step by the length of the run: {name}"),
            "one run at a time, same process; time / processor time a step, start and documents included, medians",
            format!("{}; 10,000 against 1,000: {grown:.2} ×", told.join("; ")),
            "does not grow",
        ));
    }
    Ok(figures)
}

const CHAIN: WorkflowId = WorkflowId(1);
const LOOP: WorkflowId = WorkflowId(2);
/// Ids of the documents of growing length.
const GROWING: i64 = 100;

/// What one round showed.
struct Round {
    rate: f64,
    /// Microseconds.
    cpu_per_step: f64,
    times: Vec<f64>,
}

/// Microseconds of a step.
struct Cost {
    wall: f64,
    cpu: f64,
}

/// An engine on a database in a file.
#[derive(Clone)]
struct House {
    workflows: Workflows,
    steps: Arc<AtomicU64>,
    actor: Actor,
}

impl House {
    async fn new(dir: &Path) -> anyhow::Result<Self> {
        let db = Db::connect(&Options::new(format!("sqlite:{}", dir.join("bench.db").display()))).await?;
        db::migrate::run(&db, engine::migrations()).await?;
        let nodes: Registry = nodes::registry(&nodes::ports::Services::default());
        let steps = Arc::new(AtomicU64::new(0));
        let recorder = Arc::new(Counter(Arc::clone(&steps)));
        let deps = Deps { db, catalog: Arc::new(NoModels), tools: Toolbox::default(), nodes, recorder, settings: Settings::default() };
        let mut shelf = BTreeMap::from([(CHAIN, documents::chain(200)), (LOOP, documents::repeated(200))]);
        for (index, length) in (0_i64..).zip(LENGTHS) {
            shelf.insert(WorkflowId(GROWING + index), documents::chain(length));
            shelf.insert(WorkflowId(GROWING + 10 + index), documents::repeated(length));
        }
        let shelf = shelf
            .into_iter()
            .map(|(id, document)| Ok((id, Arc::new(serde_json::from_value::<Document>(document)?.into()))))
            .collect::<anyhow::Result<_>>()?;
        let limits = Limits { max_steps: Some(100_000), max_bytes: Some(1 << 30), ..Limits::default() };
        let workflows = Workflows::new(Runs::new(deps), Arc::new(Shelf(shelf)), limits);
        Ok(Self { workflows, steps, actor: Actor::system(UserId(1), WORKSPACE) })
    }

    /// One run to its end; milliseconds.
    async fn one(&self, id: WorkflowId) -> anyhow::Result<f64> {
        let began = Instant::now();
        let inputs = Values::from_iter([("output".to_owned(), json!("hello"))]);
        let started =
            self.workflows.start(&self.actor, Start { reply: Reply::Sync, ..Start::new(id, WorkflowForm::Published, inputs) }).await?;
        let run = self.workflows.wait(&self.actor, started, Duration::from_mins(1)).await?;
        anyhow::ensure!(run.status == RunStatus::Completed, "{:?} {:?}", run.status, run.error);
        Ok(began.elapsed().as_secs_f64() * 1000.0)
    }

    async fn at_once(&self, id: WorkflowId, time: Duration) -> anyhow::Result<Round> {
        let (before, cpu) = (self.steps.load(Ordering::Relaxed), hearth::cpu("self")?);
        let began = Instant::now();
        let one = |_| {
            let house = self.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while began.elapsed() < time {
                    times.push(house.one(id).await?);
                }
                anyhow::Ok(times)
            })
        };
        let tasks: Vec<_> = (0..AT_ONCE).map(one).collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        let steps = (self.steps.load(Ordering::Relaxed) - before) as f64;
        let rate = steps / began.elapsed().as_secs_f64();
        Ok(Round { rate, cpu_per_step: (hearth::cpu("self")? - cpu) * 1000.0 / steps, times })
    }

    async fn cost(&self, id: WorkflowId, length: usize) -> anyhow::Result<Cost> {
        self.one(id).await?;
        let runs = (60_000 / length).clamp(7, 200);
        let (mut wall, mut cpu) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let (before, used) = (self.steps.load(Ordering::Relaxed), hearth::cpu("self")?);
            let began = Instant::now();
            for _ in 0..runs {
                self.one(id).await?;
            }
            let steps = (self.steps.load(Ordering::Relaxed) - before) as f64;
            wall.push(began.elapsed().as_secs_f64() * 1e6 / steps);
            cpu.push((hearth::cpu("self")? - used) * 1000.0 / steps);
        }
        Ok(Cost { wall: quantile(&wall, 0.5), cpu: quantile(&cpu, 0.5) })
    }
}

/// Counts steps as they go to the journal.
struct Counter(Arc<AtomicU64>);

impl Recorder for Counter {
    fn record(&self, _: Backend, _: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        let began =
            |recorded: &&Recorded| matches!(recorded.event, Event::StepRan { .. } | Event::StepStarted { kind: StepKind::Node, .. });
        self.0.fetch_add(events.iter().filter(began).count() as u64, Ordering::Relaxed);
        Ok(Vec::new())
    }

    fn finished(&self, _: &RunInfo) {}
}

/// Published documents.
struct Shelf(BTreeMap<WorkflowId, Arc<FrozenDocument>>);

#[async_trait]
impl WorkflowSource for Shelf {
    async fn workflow(&self, _: &Scope, id: WorkflowId, _: &WorkflowForm) -> Result<WorkflowSnapshot, Failure> {
        let document = self.0.get(&id).cloned().ok_or_else(|| Failure::not_found("workflow"))?;
        Ok(WorkflowSnapshot {
            id,
            workspace: WORKSPACE,
            name: "bench".into(),
            description: String::new(),
            version: Some("v0.0.1".into()),
            document,
            callees: BTreeMap::new(),
            limits: Limits::default(),
        })
    }
}

/// No document here asks for one.
struct NoModels;

#[async_trait]
impl Catalog for NoModels {
    async fn open(&self, _: WorkspaceId, _: ModelId) -> Result<OpenModel, model::Error> {
        Err(model::Error::Unavailable("There are no models here.".into()))
    }

    async fn default_model(&self, _: WorkspaceId) -> Result<Option<ModelId>, model::Error> {
        Ok(None)
    }
}

/// Median milliseconds of writing four KiB to the end of a file and having them on disk.
fn fdatasync(dir: &Path) -> anyhow::Result<f64> {
    let mut file = std::fs::File::create(dir.join("sync"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(quantile(&times, 0.5))
}
