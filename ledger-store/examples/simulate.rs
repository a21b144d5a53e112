//! Runs histories of the log on a simulated disk, and tells what they met and where a promise was broken.
//!
//! ```text
//! cargo run --release -p ledger-store --features testing --example simulate -- --histories 100000
//!     --from N            begin with this seed, 0 if not given
//!     --threads N         as many at once; as the machine has cores if not given
//!     --seed N            one history with its steps
//!     --without GUARD     with a guard removed: histories until that is noticed, and what was lost; `all` for each
//!     --shrink            the steps of a failing history with all left out that it can do without
//! ```
//!
//! The end is 0 when nothing was found, 1 when a promise was broken or a guard was not missed, 2 for a mistake
//! on the command line.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use ledger_store::simulation::{Failure, Guard, Plan, Promise, Tally};

/// How many histories a guard that was removed may take until it is missed, if nothing else is said.
const MISSED_WITHIN: u64 = 10_000;

struct Wishes {
    histories: Option<u64>,
    from: u64,
    threads: usize,
    seed: Option<u64>,
    without: Vec<Guard>,
    shrink: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match wishes(&arguments) {
        Ok(wishes) => fulfil(&wishes, &mut io::stdout().lock()),
        Err(mistake) => {
            let _ = writeln!(io::stderr(), "{mistake}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        // Whoever reads no further wants no more.
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

fn wishes(arguments: &[String]) -> Result<Wishes, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut wishes =
        Wishes { histories: None, from: 0, threads: cores, seed: None, without: Vec::new(), shrink: false };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        let number = |text: &String| text.parse::<u64>().map_err(|_| format!("{text} is not a number"));
        match argument.as_str() {
            "--histories" => wishes.histories = Some(number(value()?)?),
            "--from" => wishes.from = number(value()?)?,
            "--threads" => wishes.threads = number(value()?)?.max(1) as usize,
            "--seed" => wishes.seed = Some(number(value()?)?),
            "--without" => wishes.without = guards(value()?)?,
            "--shrink" => wishes.shrink = true,
            other => return Err(format!("{other} is not known; the head of this example says what is")),
        }
    }
    Ok(wishes)
}

fn guards(name: &str) -> Result<Vec<Guard>, String> {
    let names = || Guard::ALL.iter().map(|guard| guard.name()).collect::<Vec<_>>().join(", ");
    match Guard::named(name) {
        Some(guard) => Ok(vec![guard]),
        None if name == "all" => Ok(Guard::ALL.to_vec()),
        None => Err(format!("there is no guard {name}; there are {}", names())),
    }
}

fn fulfil(wishes: &Wishes, out: &mut dyn Write) -> io::Result<bool> {
    if let Some(seed) = wishes.seed {
        let plan = Plan { without: wishes.without.first().copied(), ..Plan::of(seed) };
        return tell(&plan, wishes.shrink, out);
    }
    if wishes.without.is_empty() { all_sound(wishes, out) } else { all_missed(wishes, out) }
}

/// One history, step by step.
fn tell(plan: &Plan, shrink: bool, out: &mut dyn Write) -> io::Result<bool> {
    let outcome = plan.live(&mut Tally::default());
    let told = match &outcome {
        Err(failure) if shrink => plan.shrunk(failure),
        Err(_) | Ok(()) => plan.clone(),
    };
    told.trace().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    Ok(outcome.is_ok())
}

/// Many histories with every guard in place.
fn all_sound(wishes: &Wishes, out: &mut dyn Write) -> io::Result<bool> {
    let begun = Instant::now();
    let histories = wishes.histories.unwrap_or(1_000);
    let (tally, failure) = live_all(wishes.from, histories, wishes.threads);
    write!(out, "{tally}")?;
    writeln!(out, "{:>12}  seconds, {} at once", begun.elapsed().as_secs(), wishes.threads)?;
    let Some(failure) = failure else {
        writeln!(
            out,
            "nothing lost, invented, doubled, changed or reordered; every planted fault was found"
        )?;
        return Ok(true);
    };
    writeln!(out, "\nbroken: {failure}\n")?;
    tell(&Plan::of(failure.seed), wishes.shrink, out)?;
    Ok(false)
}

/// Lives all histories, and gives the failure with the lowest seed among those met before all threads stopped.
fn live_all(from: u64, histories: u64, threads: usize) -> (Tally, Option<Failure>) {
    let (next, broken) = (AtomicU64::new(from), AtomicBool::new(false));
    let live = || {
        let mut tally = Tally::default();
        while !broken.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + histories {
                break;
            }
            if let Err(failure) = Plan::of(seed).live(&mut tally) {
                broken.store(true, Ordering::Relaxed);
                return (tally, Some(failure));
            }
        }
        (tally, None)
    };
    let mut whole = (Tally::default(), None::<Failure>);
    std::thread::scope(|scope| {
        let lives: Vec<_> = (0..threads).map(|_| scope.spawn(live)).collect();
        for (tally, failure) in lives.into_iter().filter_map(|life| life.join().ok()) {
            whole.0.join(&tally);
            let earlier = |one: &Failure, other: &Failure| {
                if one.seed < other.seed { one.clone() } else { other.clone() }
            };
            whole.1 = match (whole.1.take(), failure) {
                (Some(one), Some(other)) => Some(earlier(&one, &other)),
                (one, other) => one.or(other),
            };
        }
    });
    whole
}

/// Histories without a guard: for each, how many it takes until the simulation notices, and what it notices.
fn all_missed(wishes: &Wishes, out: &mut dyn Write) -> io::Result<bool> {
    let limit = wishes.histories.unwrap_or(MISSED_WITHIN);
    writeln!(
        out,
        "{:<20} {:>9}  {:<44} what was noticed",
        "guard removed", "histories", "what happens without it"
    )?;
    let mut all_missed = true;
    for guard in &wishes.without {
        let found = first_failures(*guard, wishes.from, limit);
        let missed = found.values().map(|(histories, _)| *histories).min();
        all_missed &= missed.is_some();
        let histories = missed.map_or_else(|| format!(">{limit}"), |histories| histories.to_string());
        let mut rows: Vec<_> = found.values().collect();
        rows.sort_by_key(|(histories, _)| *histories);
        let noticed: Vec<_> = rows.iter().map(|(_, failure)| failure.promise.broken()).collect();
        let noticed = if noticed.is_empty() { "nothing".to_owned() } else { noticed.join(", ") };
        writeln!(out, "{:<20} {histories:>9}  {:<44} {noticed}", guard.name(), guard.removed())?;
        for (histories, failure) in rows {
            writeln!(out, "{:31} at {histories}: {}: {}", "", failure.promise.broken(), failure.what)?;
        }
    }
    Ok(all_missed)
}

/// The first failure of each kind, with the count of histories it took.
fn first_failures(guard: Guard, from: u64, limit: u64) -> BTreeMap<Promise, (u64, Failure)> {
    let mut found = BTreeMap::new();
    let mut last_found = 0;
    for (histories, seed) in (1..=limit).zip(from..) {
        // Some way further, so that the other kinds of loss are seen as well.
        if !found.is_empty() && histories > last_found + 200 {
            break;
        }
        if let Err(failure) = Plan::of(seed).without(guard).live(&mut Tally::default())
            && !found.contains_key(&failure.promise)
        {
            found.insert(failure.promise, (histories, failure));
            last_found = histories;
        }
    }
    found
}
