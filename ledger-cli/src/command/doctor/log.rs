//! What lies in the store: head, segments, what was set aside, caches, and the last entry's time beside the clock.

use std::ops::ControlFlow;
use std::sync::Arc;

use ledger_core::time::Instant;
use ledger_store::backup::is_restore_under_way;
use ledger_store::disk::Disk;
use ledger_store::index::{Index, WORTH_FROM};
use ledger_store::inspect::{Inspection, inspect};
use ledger_store::tiles::{Tiles, TilesError};
use ledger_store::{FileLog, Log, LogError, RealDisk, Snapshots, envelope, frame, segment};
use serde_json::json;

use super::{Check, count, size_in_words};
use crate::diagnostic::in_words;
use crate::render::hex;

/// How far the last entry's time may be ahead of the clock, in microseconds: five minutes.
const AHEAD_MAX: i64 = 300_000_000;

/// Whether there is a store.
pub(super) fn store(disk: &dyn Disk) -> Check {
    match inspect(disk) {
        Ok(_) => Check::ok("store", "found"),
        Err(LogError::NotAStore { place }) if is_restore_under_way(disk) => {
            Check::attention("store", format!("{place} holds the beginning of a restore that was cut off"))
                .help("give the same `treasury restore DIR` again")
        }
        Err(LogError::NotAStore { place }) => Check::attention("store", format!("{place} holds no ledger"))
            .help("open one with `treasury init --entity NAME`, or name the directory of another with `--store DIR`"),
        Err(error) => Check::attention("store", told(&error)),
    }
}

fn told(error: &LogError) -> String {
    match error {
        LogError::Io { doing, source } => format!("{doing}: {}", in_words(source)),
        LogError::Damaged(damage) => format!("[{}] {damage}", damage.defect.code()),
        LogError::Moved { .. }
        | LogError::Duplicate { .. }
        | LogError::TooLarge { .. }
        | LogError::Full
        | LogError::Unknown(_)
        | LogError::Poisoned
        | LogError::ReadOnly
        | LogError::Locked
        | LogError::LaterFormat { .. }
        | LogError::NotAStore { .. }
        | LogError::AlreadyAStore { .. } => error.to_string(),
    }
}

/// Everything else, if there is a store.
pub(super) fn checks(disk: &Arc<RealDisk>, lookups: &Index, now: i64) -> Vec<Check> {
    let Ok(inspection) = inspect(&**disk) else { return Vec::new() };
    let mut checks = Vec::new();
    let opened = FileLog::open_read_only(Arc::clone(disk) as Arc<_>);
    match &opened {
        Ok(log) => checks.push(head(log, &inspection)),
        Err(error) => checks.push(Check::attention("head", told(error)).help(VERIFY)),
    }
    checks.extend([segments(&inspection), quarantine(&inspection), unfinished(&inspection)]);
    if let Ok(log) = &opened {
        checks.extend([snapshots(disk, log), tiles(&**disk, log), index(lookups, log)]);
    }
    let blobs = count(inspection.blobs, "blob", "blobs");
    checks.push(Check::ok("blobs", blobs).facts(json!({"blobs": inspection.blobs})));
    if let Ok(log) = &opened {
        checks.push(clock(log, now));
    }
    checks
}

const VERIFY: &str = "`treasury verify` names everything that is wrong";

fn head(log: &FileLog, inspection: &Inspection) -> Check {
    let head = log.head();
    let entries = count(head.size, "entry", "entries");
    let epoch = inspection.slots.iter().flatten().map(|slot| slot.epoch).max();
    let facts = json!({
        "log": log.log_id().to_string(),
        "entries": head.size,
        "root": hex(&head.root),
        "epoch": epoch,
        "pending": log.pending().map(|pending| [*pending.start(), *pending.end()]),
    });
    let check = if log.head_in_doubt() {
        Check::attention("head", format!("{entries}; one of its two records is damaged"))
            .help("the next append writes it anew; `treasury verify` says whether that is all")
    } else if let Some(pending) = log.pending() {
        let (first, last) = (pending.start(), pending.end());
        let beyond = format!("{entries}; entries {first} to {last} are written beyond it");
        Check::note("head", beyond).help("a writer is at work, or the next command recovers them")
    } else {
        Check::ok("head", format!("{entries}, root {}…", &hex(&head.root)[..16]))
    };
    check.facts(facts)
}

fn segments(inspection: &Inspection) -> Check {
    let bytes = inspection.segments.iter().map(|segment| segment.bytes).sum();
    let number = inspection.segments.len() as u64;
    let facts = json!({"segments": number, "sealed": number - 1, "bytes": bytes});
    let damaged = inspection.segments.iter().find_map(|segment| Some((segment, segment.first.err()?)));
    let check = match damaged {
        Some((segment, defect)) => {
            Check::attention("segments", format!("{}: {}", segment.file, defect.meaning())).help(VERIFY)
        }
        None => {
            let segments = count(number, "segment", "segments");
            let detail = format!("{segments}, {} of them sealed, {}", number - 1, size_in_words(bytes));
            Check::ok("segments", detail)
        }
    };
    check.facts(facts)
}

fn quarantine(inspection: &Inspection) -> Check {
    let files = &inspection.quarantined;
    let bytes = files.iter().map(|(_, bytes)| bytes).sum();
    let facts = json!({"files": files.iter().map(|(file, _)| file).collect::<Vec<_>>(), "bytes": bytes});
    let check = match files.first() {
        None => Check::ok("quarantine", "empty"),
        Some((first, _)) => {
            let many = count(files.len() as u64, "torn write", "torn writes");
            let detail = format!("{many} set aside, {}, such as {first}", size_in_words(bytes));
            Check::note("quarantine", detail)
                .help("nothing acknowledged was in there; remove the files once you have looked at them")
        }
    };
    check.facts(facts)
}

fn unfinished(inspection: &Inspection) -> Check {
    let files = &inspection.unfinished;
    let check = match files.first() {
        None => Check::ok("unfinished", "nothing"),
        Some(first) if first.starts_with("restore") => {
            Check::attention("unfinished", "a restore that was cut off")
                .help("give the same `treasury restore DIR` again")
        }
        Some(first) => {
            Check::note("unfinished", format!("{first} is being written, or was when its writer stopped"))
                .help("the next writer removes it")
        }
    };
    check.facts(json!({"files": files}))
}

fn snapshots(disk: &Arc<RealDisk>, log: &FileLog) -> Check {
    let known = Snapshots::on(Arc::clone(disk) as Arc<_>).latest_known(log);
    let size = log.head().size;
    let check = match known {
        None => Check::ok("snapshots", "none yet: reports make them when there is something to spare"),
        Some(known) => Check::ok("snapshots", format!("the latest knows entry {known} of {size}")),
    };
    check.facts(json!({"known": known}))
}

fn tiles(disk: &dyn Disk, log: &FileLog) -> Check {
    const NAME: &str = "tiles";
    let size = log.head().size;
    match Tiles::open(disk, log) {
        Ok(tiles) => {
            let stored = tiles.stored();
            Check::ok(NAME, format!("to entry {stored} of {size}, proven by the head"))
                .facts(json!({"entries": stored}))
        }
        Err(TilesError::Absent) => {
            Check::ok(NAME, "none yet: they are made when earlier roots are asked for")
        }
        Err(TilesError::Behind { stored, .. }) => {
            Check::ok(NAME, format!("to entry {stored} of {size}")).facts(json!({"entries": stored}))
        }
        Err(error) => Check::note(NAME, format!("{error}: they are not used until they are written anew")),
    }
}

fn index(lookups: &Index, log: &FileLog) -> Check {
    match lookups.bytes(log.log_id()) {
        None => {
            Check::ok("index", format!("none: it is made when a ledger of {WORTH_FROM} entries is searched"))
        }
        Some(bytes) => Check::ok("index", size_in_words(bytes)).facts(json!({"bytes": bytes})),
    }
}

fn clock(log: &FileLog, now: i64) -> Check {
    const NAME: &str = "clock";
    let size = log.head().size;
    let mut recorded = None;
    let read = log.read(size..size + 1, &mut |record| {
        recorded = record.open().ok().map(|envelope| envelope.recorded);
        ControlFlow::Break(())
    });
    if let Err(error) = read {
        return Check::attention(NAME, format!("the last entry cannot be read: {}", told(&error)))
            .help(VERIFY);
    }
    let Some(recorded) = recorded else { return Check::ok(NAME, "no entry to compare it with") };
    let ahead = recorded.saturating_sub(now);
    let time = Instant::from_micros(recorded);
    let check = if ahead > AHEAD_MAX {
        let detail = format!("the last entry was recorded at {time}, {} later than now", long(ahead));
        Check::attention(NAME, detail).help(
            "recorded time never goes back: until then every entry bears that time. Set right the clock that is wrong, this one or the one that recorded it",
        )
    } else {
        Check::ok(NAME, format!("the last entry was recorded at {time}"))
    };
    check.facts(json!({"recorded": time.to_string(), "ahead_seconds": (ahead / 1_000_000).max(0)}))
}

/// A length of time, rounded down.
fn long(micros: i64) -> String {
    let minutes = micros.max(0).unsigned_abs() / 60_000_000;
    match minutes {
        0..=119 => count(minutes, "minute", "minutes"),
        120..=2_879 => count(minutes / 60, "hour", "hours"),
        2_880.. => count(minutes / 1_440, "day", "days"),
    }
}

/// The versions of the program and of the formats that it writes.
pub(super) fn versions() -> Check {
    let version = env!("CARGO_PKG_VERSION");
    let formats = json!({"segment": segment::FORMAT, "frame": frame::FORMAT, "envelope": envelope::FORMAT});
    let detail = format!(
        "treasury {version}, formats: segment {}, frame {}, envelope {}",
        segment::FORMAT,
        frame::FORMAT,
        envelope::FORMAT
    );
    Check::ok("versions", detail).facts(json!({"treasury": version, "formats": formats}))
}
