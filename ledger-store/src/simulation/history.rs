//! One history: the log, its disk and its model, and what every step needs of them.

use super::beside::Kept;
use super::compare::{is_unfinished, judge_sight, settle};
use super::ending::Ending;
use super::engine::Engine;
use super::model::Model;
use super::tally::{Met, Tally};
use super::watch::{Sight, Watcher};
use super::{Broken, Failure, Plan, Promise};
use crate::backend::file::{FileLog, Opened, Options};
use crate::conformance::read_all;
use crate::fault::random::Random;
use crate::fault::{FaultDisk, Image, Operation};
use crate::frame::FRAME_BYTES_MAX;
use crate::log::{Head, Log, LogError, NewRecord};
use crate::recover::Trust;

/// A writer that lives on after many failures to open is out of luck, not a matter for the log.
const TROUBLES_MAX: u64 = 3;

#[derive(Debug)]
pub(super) struct History<'t> {
    plan: Plan,
    pub(super) engine: Engine,
    pub(super) model: Model,
    pub(super) tally: &'t mut Tally,
    trace: Option<&'t mut Vec<String>>,
    /// The writer at work; none after a crash.
    pub(super) log: Option<FileLog>,
    /// Readers that were opened earlier in this life, with the size they saw.
    pub(super) readers: Vec<(FileLog, u64)>,
    /// Checkpoints kept where no disk can lose them.
    pub(super) checkpoints: Vec<Head>,
    /// Blobs that were acknowledged.
    pub(super) blobs: Vec<Kept>,
    /// The records whose fate became unknown to their client.
    pub(super) in_doubt: Option<Vec<NewRecord>>,
    /// What was durable at some moment, with how much had been acknowledged.
    pub(super) image: Option<Image>,
    /// The simulated clock, microseconds since the epoch.
    pub(super) clock: i64,
    pub(super) ending: Ending,
    /// Whether reads are made to fail, those of readers as well.
    pub(super) reads_fail: bool,
    steps: u64,
}

impl<'t> History<'t> {
    pub(super) fn new(plan: &Plan, tally: &'t mut Tally, trace: Option<&'t mut Vec<String>>) -> Self {
        let mut random = Random::of_part(plan.seed, 0);
        let segment_bytes = [13_312, 16_384, 16_384, 24_576, 65_536][random.place(5)];
        let step_bytes_min = [512, 2_048, 4_096][random.place(3)];
        // With short frames a batch takes several of them.
        let frame_bytes = [700, 2_048, FRAME_BYTES_MAX, FRAME_BYTES_MAX][random.place(4)];
        let trust = if random.once_in(3) { Trust::Nothing } else { Trust::Footers };
        let options = Options {
            segment_bytes,
            frame_bytes,
            step_bytes_min,
            step_bytes_max: 2 * step_bytes_min,
            acknowledged: None,
            trust,
        };
        let disk = FaultDisk::new(random.below(u64::MAX));
        let reads_short = random.once_in(4);
        disk.read_short(reads_short);
        let watcher = Watcher::new(disk.clone(), plan.seed, 16 + random.below(100));
        let steps = 3 + random.below(8);
        let ending = Ending::drawn(&mut random);
        tally.count(Met::Histories);
        tally.add(Met::ShortReads, u64::from(reads_short));
        tally.add(Met::DeepOpenings, u64::from(trust == Trust::Nothing));
        Self {
            plan: plan.clone(),
            engine: Engine::new(disk, watcher, options, plan.without),
            model: Model::default(),
            tally,
            trace,
            log: None,
            readers: Vec::new(),
            checkpoints: Vec::new(),
            blobs: Vec::new(),
            in_doubt: None,
            image: None,
            clock: 1_767_225_600_000_000,
            ending,
            reads_fail: false,
            steps,
        }
    }

    pub(super) fn live(mut self) -> Result<(), Failure> {
        let outcome = self.live_step_by_step();
        let (operations, entries) = (self.disk().operations(), self.model.size());
        let segments = self.disk().names().iter().filter(|name| name.starts_with("segment-")).count();
        self.tally.add(Met::Operations, operations);
        self.tally.add(Met::Entries, entries);
        self.tally.add(Met::Segments, segments as u64);
        let seed = self.plan.seed;
        outcome.map_err(|(step, Broken { promise, what })| Failure { seed, step, promise, what })
    }

    fn live_step_by_step(&mut self) -> Result<(), (u64, Broken)> {
        let (seed, steps) = (self.plan.seed, self.steps);
        let half = steps / 2;
        self.create(&mut Random::of_part(seed, 1)).map_err(|broken| (0, broken))?;
        for step in 0..steps {
            if self.plan.left_out.contains(&step) {
                continue;
            }
            let mut random = Random::of_part(seed, step + 2);
            self.step(step, &mut random).map_err(|broken| (step, broken))?;
            if step == half {
                self.image = (self.ending == Ending::RolledBack).then(|| self.disk().image());
            }
        }
        self.end(&mut Random::of_part(seed, steps + 2)).map_err(|broken| (steps, broken))
    }

    pub(super) fn disk(&self) -> &FaultDisk {
        &self.engine.disk
    }

    /// Adds a line to the trace, if somebody reads it.
    pub(super) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(line());
        }
    }

    fn create(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.note(|| "create the log".to_owned());
        self.disk().crash_after(random.below(24));
        loop {
            match self.engine.init() {
                Ok(()) => break,
                // Its name may be known to the system only: the first writer makes it durable.
                Err(LogError::AlreadyAStore { .. }) => {
                    let opened = self.engine.open(None);
                    opened.map_err(|error| Broken::alarm("a log just created cannot be opened", &error))?;
                    break;
                }
                Err(LogError::Io { .. } | LogError::Full) if self.disk().has_stopped() => {
                    self.tally.count(Met::StopsInCreation);
                    self.restart(random);
                }
                Err(other) => return Err(Broken::alarm("the log cannot be created", &other)),
            }
        }
        self.restart(random);
        Ok(())
    }

    /// The process ends, and perhaps the machine with it.
    pub(super) fn restart(&mut self, random: &mut Random) {
        self.log = None;
        self.readers.clear();
        match random.below(4) {
            0 => {
                self.note(|| "  the process is killed".to_owned());
                self.tally.count(Met::Kills);
                self.disk().kill();
            }
            1 => {
                self.note(|| "  the process is killed and its cache dropped".to_owned());
                self.tally.count(Met::Kills);
                self.tally.count(Met::CachesDropped);
                self.disk().kill();
                self.disk().drop_cache();
            }
            _ => self.cut_power(),
        }
    }

    pub(super) fn cut_power(&mut self) {
        self.note(|| "  the power is cut".to_owned());
        self.tally.count(Met::PowerCuts);
        self.log = None;
        self.readers.clear();
        self.disk().power_cut();
    }

    /// The disk is well again.
    pub(super) fn calm(&mut self) {
        self.disk().calm();
        self.reads_fail = false;
    }

    /// Judges what was seen between the operations of the last call. Tells whether the batch in flight was seen.
    pub(super) fn judge_seen(&mut self) -> Result<bool, Broken> {
        let mut in_advance = false;
        for seen in self.engine.watcher.take() {
            match seen {
                Ok(sight) => in_advance |= judge_sight(&mut self.model, &sight, true)?,
                Err(_) if self.reads_fail => {}
                Err(why) => return Err(Broken::alarm("a reader between two operations", &why)),
            }
            self.tally.count(Met::ReadersBetween);
        }
        self.tally.add(Met::ReadersFirst, u64::from(in_advance));
        Ok(in_advance)
    }

    /// A reader and a verification; what is unfinished may be found only if no writer has settled it.
    pub(super) fn look(&mut self, unsettled: bool) -> Result<(), Broken> {
        let reader = self.engine.reader().map_err(|error| Broken::alarm("a reader cannot open", &error))?;
        let sight = Sight::of(&reader).map_err(|error| Broken::alarm("a reader cannot read", &error))?;
        let (size, reaches) = (sight.head.size, sight.reaches);
        self.note(|| format!("  a reader sees {size} entries and knows of {reaches}"));
        judge_sight(&mut self.model, &sight, true)?;
        self.verify(None, unsettled)
    }

    /// Verifies the log, against a checkpoint if one is given.
    pub(super) fn verify(&mut self, checkpoint: Option<&Head>, unsettled: bool) -> Result<(), Broken> {
        let report = self.engine.verify(checkpoint);
        let report = report.map_err(|error| Broken::alarm("verification", &error))?;
        self.tally.count(Met::Verifications);
        let wrong = report.findings.iter().find(|finding| !unsettled || !is_unfinished(finding.defect));
        wrong.map_or(Ok(()), |finding| Err(Broken::alarm("verification of a sound log", finding)))
    }

    /// Opens the log for writing if it is not open: with crashes and errors in the middle of it, then in peace.
    pub(super) fn ensure_writer(&mut self, random: &mut Random) -> Result<(), Broken> {
        if self.log.is_some() {
            return Ok(());
        }
        for _ in 0..random.below(TROUBLES_MAX + 1) {
            self.open_in_trouble(random)?;
        }
        self.calm();
        if random.once_in(5) {
            self.look(true)?;
        }
        let acknowledged = random.once_in(2).then(|| self.model.size());
        let opened = self.engine.open(acknowledged);
        self.judge_seen()?;
        let (log, opened) = opened.map_err(|error| Broken::alarm("a sound log cannot be opened", &error))?;
        self.take_over(log, &opened)?;
        self.settle_doubt(random)
    }

    /// One attempt to open that may not come to its end.
    fn open_in_trouble(&mut self, random: &mut Random) -> Result<(), Broken> {
        match random.below(5) {
            0 => {
                self.reads_fail = true;
                self.disk().fail(Operation::Read, random.below(12), other());
            }
            1 => self.disk().fail(Operation::Sync, random.below(6), other()),
            2 => self.disk().fail(Operation::Write, random.below(6), any_error(random)),
            _ => self.disk().crash_after(random.below(16)),
        }
        let acknowledged = random.once_in(2).then(|| self.model.size());
        let opened = self.engine.open(acknowledged);
        self.judge_seen()?;
        match opened {
            Ok((log, opened)) => {
                // The trouble that did not come must not meet the check.
                let stopped = self.disk().has_stopped();
                self.calm();
                if !stopped {
                    self.take_over(log, &opened)?;
                }
            }
            Err(LogError::Io { doing, source }) => {
                self.note(|| format!("  opening fails: {doing}: {source}"));
                self.count_trouble();
            }
            Err(LogError::Unknown(source)) => {
                self.note(|| format!("  opening fails: {source}"));
                self.count_trouble();
            }
            Err(LogError::Full) => {
                self.note(|| "  opening finds the disk full".to_owned());
                self.count_trouble();
            }
            Err(other) => return Err(Broken::alarm("a sound log cannot be opened", &other)),
        }
        self.log = None;
        self.readers.clear();
        let stopped = self.disk().has_stopped();
        self.calm();
        if stopped || random.once_in(2) {
            self.restart(random);
        }
        Ok(())
    }

    fn count_trouble(&mut self) {
        let met = if self.disk().has_stopped() { Met::StopsInRecovery } else { Met::ErrorsInRecovery };
        self.tally.count(met);
    }

    /// Takes over a log that a writer has opened: from here on it answers for what it holds.
    fn take_over(&mut self, log: FileLog, opened: &Opened) -> Result<(), Broken> {
        let size = log.head().size;
        self.note(|| {
            let Opened { epoch, head_mended, recovered, quarantined } = opened;
            let torn = quarantined.as_ref().map(|torn| torn.bytes);
            format!(
                "  opened at {size}, epoch {epoch}, recovered {recovered:?}, torn bytes {torn:?}, mended {head_mended}"
            )
        });
        self.tally.add(Met::Recoveries, u64::from(opened.recovered.is_some()));
        self.tally.add(Met::Quarantines, u64::from(opened.quarantined.is_some()));
        self.tally.add(Met::HeadsMended, u64::from(opened.head_mended));
        let found = read_all(&log, 1..u64::MAX);
        let found = found.map_err(|error| Broken::alarm("an opened log cannot be read", &error))?;
        settle(&mut self.model, &found, &log.head())?;
        if opened.recovered.as_ref().is_some_and(|recovered| *recovered.end() != size) {
            return Err(Broken::alarm("what opening reports", &"the recovered entries are not the last"));
        }
        self.log = Some(log);
        Ok(())
    }

    /// The client whose batch was in doubt looks whether it is there, and appends it again if it is not.
    fn settle_doubt(&mut self, random: &mut Random) -> Result<(), Broken> {
        let Some(records) = self.in_doubt.take() else { return Ok(()) };
        let (Some(log), Some(first)) = (&self.log, records.first()) else { return Ok(()) };
        let found = log.find(&first.id).map_err(|error| Broken::alarm("an id is looked for", &error))?;
        let known = self.model.kept.iter().find(|entry| entry.1 == first.id).map(|entry| entry.0);
        if found != known {
            let what = format!("an id of {known:?} is found as {found:?}");
            return Err(Broken::new(Promise::NothingLost, what));
        }
        if found.is_none() && random.once_in(2) {
            self.tally.count(Met::Retries);
            self.append(&records, random)?;
        }
        Ok(())
    }
}

/// An error that says nothing in particular.
pub(super) fn other() -> std::io::ErrorKind {
    std::io::ErrorKind::Other
}

pub(super) fn any_error(random: &mut Random) -> std::io::ErrorKind {
    if random.once_in(2) { std::io::ErrorKind::StorageFull } else { other() }
}
