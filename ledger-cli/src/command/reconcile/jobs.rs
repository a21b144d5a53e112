//! `treasury reconcile run JOBS.toml`: reconciliations without a person. Each job compares one account with the statements
//! that lie in a folder. One that fails is tried again, later each time, and stops no other; a stop asked for lets what is
//! at work end, for a while. What a run records has an id made from what it says, so that one that was killed is simply run again.

mod file;
mod metrics;
mod told;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

use super::{Done, Order, carry_out};
use crate::app::App;
use crate::args::{Format, RunJobs};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render;
use file::Job;
use told::{Ended, log};

/// How long a try may go on after a stop was asked for: what is being recorded takes less, a node that is silent more.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// Runs the jobs of a file, once or until stopped.
pub(super) fn run(app: &App, args: &RunJobs, io: &mut Io) -> Result<Exit, Failure> {
    let jobs = file::read(&args.jobs)?;
    let _held = lock(&args.jobs)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|why| Failure::unreachable(format!("no thread can be started: {why}")))?;
    let done = runtime.block_on(all(app, args, jobs, io));
    // A try that was left behind waits for somebody who does not answer, and is not waited for.
    runtime.shutdown_background();
    done
}

/// Keeps other processes from running the same jobs as long as it is held.
fn lock(jobs: &Path) -> Result<File, Failure> {
    let name = format!("{}.lock", jobs.display());
    let file = File::options().create(true).truncate(false).write(true).open(&name);
    let file = file.map_err(|why| Failure::unreadable(Path::new(&name), &why))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Failure::refused("JOBS_RUNNING", "another process is running these jobs"))
        }
        Err(std::fs::TryLockError::Error(why)) => Err(Failure::unreadable(Path::new(&name), &why)),
    }
}

/// What all jobs share.
#[derive(Clone)]
struct Shop {
    app: App,
    /// One at a time reads and writes the ledger; who waits for another try does not hold it.
    turn: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
    ended: mpsc::UnboundedSender<Ended>,
    watch: bool,
}

async fn all(app: &App, args: &RunJobs, jobs: Vec<Job>, io: &mut Io) -> Result<Exit, Failure> {
    let (stop_now, stop) = watch::channel(false);
    let (ended, mut results) = mpsc::unbounded_channel();
    let turn = Arc::new(Semaphore::new(1));
    let shop = Shop { app: app.clone(), turn, stop, ended, watch: args.watch };
    let mut figures = metrics::Figures::of(&jobs);
    let listening = tokio::spawn(async move {
        stopped().await;
        log("info", "-", json!({"event": "stopping"}));
        // Nobody listens once all jobs have ended.
        let _all_ended = stop_now.send(true);
    });
    for job in jobs {
        tokio::spawn(until_done(shop.clone(), job));
    }
    drop(shop);
    let mut worst = Exit::Done;
    let mut last = Vec::new();
    while let Some(result) = results.recv().await {
        worst = worse(worst, result.exit());
        figures.take(&result);
        if let Some(file) = &args.metrics {
            figures.write(file)?;
        }
        if args.watch {
            writeln!(io.out, "{}", result.value())?;
            io.out.flush()?;
        } else {
            last.push(result);
        }
    }
    listening.abort();
    if !args.watch {
        last.sort_by(|a, b| a.job.cmp(&b.job));
        match app.format {
            Format::Table => last.iter().try_for_each(|one| writeln!(io.out, "{}", one.sentence()))?,
            Format::Json | Format::Csv => {
                let jobs: Vec<_> = last.iter().map(Ended::value).collect();
                render::json::print(&mut io.out, &json!({"jobs": jobs, "exit": worst as u8}))?;
            }
        }
    }
    Ok(worst)
}

fn worse(a: Exit, b: Exit) -> Exit {
    if (b as u8) > (a as u8) { b } else { a }
}

/// Returns when somebody asks the process to stop.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        // Without it the process can still be stopped from the terminal.
        Err(_) => {
            let _interrupted = tokio::signal::ctrl_c().await;
        }
    }
}

/// Runs a job, and again when its time comes if the file is watched.
async fn until_done(shop: Shop, job: Job) {
    let mut stop = shop.stop.clone();
    loop {
        let begun = Instant::now();
        let Some(result) = with_retries(&shop, &job, &mut stop).await else { return };
        if shop.ended.send(result).is_err() || !shop.watch {
            return;
        }
        // A run that took longer than its interval is followed by one, not by all that were missed.
        let rest = job.every.saturating_sub(begun.elapsed());
        if !waited(rest, &mut stop).await {
            return;
        }
    }
}

/// Waits; tells whether nobody asked to stop.
async fn waited(time: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    if *stop.borrow() {
        return false;
    }
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        changed = stop.changed() => changed.is_err(),
    }
}

/// Tries a job until it succeeds, twice as long after each failure, as often as it may; nothing where it never began.
/// What makes no sense as it is written makes none the next time either.
async fn with_retries(shop: &Shop, job: &Job, stop: &mut watch::Receiver<bool>) -> Option<Ended> {
    let mut pause = job.backoff;
    for attempt in 1..=job.retries + 1 {
        let Ok(turn) = shop.turn.acquire().await else { return None };
        if *stop.borrow() {
            log("info", &job.name, json!({"event": "not_begun"}));
            return None;
        }
        log("info", &job.name, json!({"event": "begun", "attempt": attempt}));
        let (app, of) = (shop.app.clone(), job.clone());
        let trying = tokio::task::spawn_blocking(move || attempt_once(&app, &of));
        let done = unless_left(trying, stop).await;
        drop(turn);
        let Some(done) = done else {
            log("warn", &job.name, json!({"event": "left", "attempt": attempt}));
            return None;
        };
        let done = done.unwrap_or_else(|_| Err(Failure::Bug("a job panicked".to_owned())));
        let result = Ended::of(job, attempt, done);
        log(result.level(), &job.name, result.value());
        let is_last = attempt == job.retries + 1 || !result.outcome.may_pass();
        if is_last || !waited(pause, stop).await {
            return Some(result);
        }
        pause = pause.saturating_mul(2);
    }
    None
}

/// What came of a try; nothing where it goes on for [`STOPS_WITHIN`] after a stop was asked for. What it may be in the middle of
/// then ends with the process, as it does where that is killed: an entry is recorded or it is not, and a run that is repeated
/// records none twice.
async fn unless_left<T>(
    mut trying: JoinHandle<T>,
    stop: &mut watch::Receiver<bool>,
) -> Option<Result<T, JoinError>> {
    tokio::select! {
        done = &mut trying => return Some(done),
        Ok(_) = stop.wait_for(|stop| *stop) => {}
    }
    tokio::time::timeout(STOPS_WITHIN, trying).await.ok()
}

fn attempt_once(app: &App, job: &Job) -> Result<Done, Failure> {
    let order = Order {
        account: job.account.clone(),
        files: job.files()?,
        wallet: super::onchain::of_job(app, &job.wallet)?,
        besides: Default::default(),
        anew: false,
        through: None,
        rules: job.rules.as_deref().map_or(Ok(Default::default()), super::rules::read)?,
        accept: Vec::new(),
        dry_run: false,
        sign: job.sign.clone(),
    };
    carry_out(app, &order, &mut Io::of_process(true))
}
