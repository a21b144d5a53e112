//! What is kept to save time, held against the entries: standings and outlines, tiles of the tree, the index of names. A
//! damaged cache changes no answer; one that is whole and says something else would.

use ledger_core::resolve::Outline;
use ledger_store::disk::Disk;
use ledger_store::index::IndexDefect;
use ledger_store::snapshot::{Rederived, SnapshotFinding};
use ledger_store::tiles::{self, TilesReport};
use ledger_store::{FileLog, Log};

use super::{Finding, Pass};
use crate::app::App;
use crate::command::find;
use crate::diagnostic::Failure;
use crate::store::directory;

/// What the caches came to.
pub(super) struct Cached {
    snapshots: (usize, Vec<SnapshotFinding>),
    tiles: Option<TilesReport>,
    index: Option<(Result<u64, IndexDefect>, String)>,
}

/// Looks at every cache.
pub(super) fn look(
    app: &App,
    disk: &dyn Disk,
    log: &FileLog,
    rederived: Rederived<'_, FileLog>,
    outline: &Outline,
) -> Result<Cached, Failure> {
    let index = find::index(directory(app)?);
    let folder = index.folder(log.log_id());
    let name = folder.file_name().map(|name| format!("cache/{}", name.to_string_lossy()));
    Ok(Cached {
        snapshots: rederived.finish(outline),
        // What cannot be read of the log is found by the passes over the bytes.
        tiles: tiles::check(disk, log).unwrap_or_default(),
        index: index.check(log).zip(name),
    })
}

/// The passes over the caches that there are; they say nothing where the log is damaged.
pub(super) fn check(cached: Cached, sound: bool, passes: &mut Vec<Pass>) {
    let Cached { snapshots: (count, findings), tiles, index } = cached;
    let mut push = |name, count, what, findings| {
        passes.push(if sound { Pass::of(name, count, what, findings) } else { Pass::not_checked(name) });
    };
    if count > 0 {
        let findings = findings.into_iter().map(|finding| {
            let meaning = finding.defect.meaning();
            Finding::of(finding.defect.code(), meaning).at(finding.known).in_file(finding.file, None)
        });
        push("snapshots", count, if count == 1 { "snapshot" } else { "snapshots" }, findings.collect());
    }
    if let Some(TilesReport { entries, damaged, of_other_log }) = tiles {
        let mut findings: Vec<Finding> = damaged
            .into_iter()
            .map(|file| {
                let meaning =
                    "a tile is missing or not the one that the tree has; it is not used, and made anew";
                Finding::of("tile_damaged", meaning).in_file(file, None)
            })
            .collect();
        if of_other_log {
            let meaning =
                "the tiles do not lead to the root of this log; they are not used, and can be deleted";
            findings.push(Finding::of("tiles_of_other_log", meaning).in_file("tiles", None));
        }
        push("tiles of the tree", entries as usize, "entries", findings);
    }
    if let Some((checked, folder)) = index {
        let (names, findings) = match checked {
            Ok(names) => (names, Vec::new()),
            Err(defect) => (0, vec![Finding::of(defect.code(), defect.meaning()).in_file(folder, None)]),
        };
        push("index of names", names as usize, "names", findings);
    }
}
