//! Real processes on one store, killed at any moment: four that write and four that read. What was acknowledged
//! is there, once, under the number that was told, and nothing else but what somebody had handed over.
//!
//! `TREASURY_KILLS=50` runs fifty rounds; a few run with the suite.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger_store::merkle::{leaf_hash, root};
use ledger_store::{FileLog, Log, RealDisk};

use crate::sandbox::{Sandbox, entry, say};

const WRITERS: u32 = 4;
const READERS: usize = 4;
const ROUNDS_IN_SUITE: u32 = 3;
const RUNS_IN_ROUND: u32 = 6;

/// A generator of its own for each writer.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A client that hands entries over again until they are acknowledged.
struct Writer {
    dice: Dice,
    next_id: u32,
    waiting: VecDeque<u32>,
    acknowledged: BTreeMap<u32, u64>,
    killed: u32,
}

impl Writer {
    fn new(place: u32) -> Self {
        let next_id = place * 1_000_000 + 1;
        let (waiting, acknowledged) = (VecDeque::new(), BTreeMap::new());
        Self { dice: Dice(u64::from(place)), next_id, waiting, acknowledged, killed: 0 }
    }

    /// One process: some entries, and perhaps its death at any moment.
    fn run(&mut self, sandbox: &Sandbox) {
        while self.waiting.len() < 1 + self.dice.below(8) as usize {
            self.waiting.push_back(self.next_id);
            self.next_id += 1;
        }
        let mut command = sandbox.command(&["append", "-", "--wait", "60"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let lines: String = self.waiting.iter().map(|id| paid(*id) + "\n").collect();
        // A process that is killed does not read to the end.
        let _ = input.write_all(lines.as_bytes());
        drop(input);
        let mortal = self.dice.below(3) > 0;
        if mortal {
            self.kill(&mut child);
        }
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(mortal || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // A line without its end was not told.
        for line in told.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let number = line.trim_end().rsplit(' ').next().unwrap().parse().unwrap();
            let id = self.waiting.pop_front().unwrap();
            assert_eq!(self.acknowledged.insert(id, number), None);
        }
    }

    fn kill(&mut self, child: &mut Child) {
        // There is no other way to die at any moment than to let some time pass.
        std::thread::sleep(Duration::from_micros(self.dice.below(60_000)));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            self.killed += 1;
        }
    }
}

fn paid(id: u32) -> String {
    let event = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
    entry(id, "2026-03-05", event)
}

/// Reads again and again, and keeps each checkpoint that was told: size and root.
fn read_on(sandbox: &Sandbox, ended: &AtomicBool) -> Vec<(u64, String)> {
    let mut seen = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let ran = sandbox.run(&["checkpoint", "-q"]).exits(0);
        let mut lines = ran.out.lines().skip(1);
        let (size, root) = (lines.next().unwrap().parse().unwrap(), lines.next().unwrap().to_owned());
        seen.push((size, root));
        sandbox.run(&["report", "balance-sheet", "-q"]).exits(0);
    }
    assert!(seen.iter().map(|(size, _)| size).is_sorted(), "a reader saw the log shrink: {seen:?}");
    seen
}

/// The ids in the log in order, and its leaves.
fn stored(sandbox: &Sandbox) -> (Vec<u32>, Vec<[u8; 32]>) {
    let disk = Arc::new(RealDisk::at(sandbox.path().join("books")));
    let log = FileLog::open_read_only(disk).unwrap();
    let (mut ids, mut leaves) = (Vec::new(), Vec::new());
    log.read(1..u64::MAX, &mut |record| {
        // The number of the id is decimal in its last twelve digits.
        let text: String = record.id[10..].iter().map(|byte| format!("{byte:02x}")).collect();
        ids.push(text.parse().unwrap_or(0));
        leaves.push(leaf_hash(record.envelope));
        ControlFlow::Continue(())
    })
    .unwrap();
    (ids, leaves)
}

fn check(sandbox: &Sandbox, writers: &[Writer], seen: &[(u64, String)], opened_with: usize) {
    let pending_recovered = sandbox.run(&["checkpoint", "-q"]).exits(0);
    sandbox.run(&["verify"]).exits(0);
    let (ids, leaves) = stored(sandbox);
    let mine = &ids[opened_with..];
    assert_eq!(mine.iter().collect::<BTreeSet<_>>().len(), mine.len(), "an entry is there twice");
    let mut known = 0;
    for writer in writers {
        for (id, number) in &writer.acknowledged {
            assert_eq!(ids.get(*number as usize - 1), Some(id), "acknowledged as {number}");
            known += 1;
        }
        known += mine.iter().filter(|id| writer.waiting.contains(id)).count();
    }
    assert_eq!(known, mine.len(), "an entry is there that nobody handed over");
    for (size, told) in seen {
        let text = format!("x\n{size}\n{told}\n");
        let checkpoint: ledger_store::Checkpoint = text.parse().unwrap();
        assert_eq!(checkpoint.head.root, root(&leaves[..*size as usize]), "what a reader saw at {size}");
    }
    assert!(pending_recovered.out.contains(&format!("\n{}\n", ids.len())));
}

#[test]
fn killed_at_any_moment_four_writers_and_four_readers_lose_nothing() {
    let rounds = std::env::var("TREASURY_KILLS").map_or(ROUNDS_IN_SUITE, |text| text.parse().unwrap());
    let (mut killed, mut acknowledged, mut seen) = (0, 0, 0);
    for round in 0..rounds {
        let sandbox = Sandbox::with_story("mini.jsonl");
        let opened_with = stored(&sandbox).0.len();
        let ended = AtomicBool::new(false);
        let mut writers: Vec<Writer> = (1..=WRITERS).map(|place| Writer::new(round * 10 + place)).collect();
        let sights = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| read_on(&sandbox, &ended))).collect();
            let writing: Vec<_> = writers
                .iter_mut()
                .map(|writer| scope.spawn(|| (0..RUNS_IN_ROUND).for_each(|_| writer.run(&sandbox))))
                .collect();
            // The readers must be told to end before a failure of a writer is passed on.
            let wrote: Vec<_> = writing.into_iter().map(|writer| writer.join()).collect();
            ended.store(true, Ordering::Relaxed);
            wrote.into_iter().for_each(|wrote| wrote.unwrap());
            readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
        });
        check(&sandbox, &writers, &sights, opened_with);
        killed += writers.iter().map(|writer| writer.killed).sum::<u32>();
        acknowledged += writers.iter().map(|writer| writer.acknowledged.len()).sum::<usize>();
        seen += sights.len();
    }
    assert!(killed >= rounds * 4, "only {killed} were killed in {rounds} rounds");
    assert!(acknowledged >= rounds as usize * 20 && seen >= rounds as usize * 4, "{acknowledged}, {seen}");
    if rounds != ROUNDS_IN_SUITE {
        say(&format!(
            "{rounds} rounds: {killed} killed, {acknowledged} acknowledged, {seen} checkpoints read"
        ));
    }
}

#[test]
fn a_writer_that_finds_another_waits_for_its_turn() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut first =
        sandbox.command(&["append", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = first.stdin.take().unwrap();
    let mut told = first.stdout.take().unwrap();
    writeln!(input, "{}", paid(11)).unwrap();
    let mut line = [0; 12];
    told.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"recorded 11\n");
    let refused = sandbox.run_with(&["append", "-", "--wait", "0"], paid(12).as_bytes()).exits(4);
    assert_eq!(
        refused.err,
        "store unreachable\n  another process is writing to this log\n  help: try again when it has finished; reading needs no lock\n"
    );
    let mut second = sandbox.command(&["append", "-", "--wait", "60"]);
    let mut second =
        second.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    second.stdin.take().unwrap().write_all(paid(12).as_bytes()).unwrap();
    writeln!(input, "{}", paid(13)).unwrap();
    told.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"recorded 12\n");
    drop(input);
    assert!(first.wait().unwrap().success());
    let second = second.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(second.stdout).unwrap(), "recorded 13\n");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_writer_whose_lock_file_was_deleted_stops_when_another_has_written() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut first = sandbox.command(&["append", "-"]);
    let mut first =
        first.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = first.stdin.take().unwrap();
    writeln!(input, "{}", paid(11)).unwrap();
    let mut line = [0; 12];
    first.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
    std::fs::remove_file(sandbox.path().join("books/lock")).unwrap();
    assert_eq!(sandbox.append(&paid(12)).out, "recorded 12\n");
    writeln!(input, "{}", paid(13)).unwrap();
    drop(input);
    let first = first.wait_with_output().unwrap();
    assert_eq!((first.status.code(), first.stdout.as_slice()), (Some(4), &b""[..]));
    let told = String::from_utf8(first.stderr).unwrap();
    assert!(told.contains("another process is writing to this log"), "{told}");
    assert_eq!(sandbox.append(&paid(13)).out, "recorded 13\n");
    sandbox.run(&["verify"]).exits(0);
}
