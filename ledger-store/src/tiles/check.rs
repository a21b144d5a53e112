//! Every tile that is kept, held against the root of the log's head.

use std::collections::BTreeSet;

use super::place::{WIDTH, hashes_at};
use super::{Tiles, TilesError};
use crate::disk::Disk;
use crate::log::Log;

/// What a check of all tiles found.
#[derive(Debug, Default)]
pub struct TilesReport {
    /// How many entries the tiles hold; none if they are too far behind the log to be proven.
    pub entries: u64,
    /// The files of tiles that are missing or not as the tree has them; what lies below one is not vouched for.
    pub damaged: BTreeSet<String>,
    /// Whether they do not lead to the root of this log.
    pub of_other_log: bool,
}

/// Proves every tile by the root of the log's head; `None` if there are none. Writes nothing.
///
/// # Errors
/// [`TilesError::Log`] when the log cannot be read.
pub fn check(disk: &dyn Disk, log: &dyn Log) -> Result<Option<TilesReport>, TilesError> {
    let mut report = TilesReport::default();
    let mut tiles = match Tiles::open(disk, log) {
        Ok(tiles) => tiles,
        Err(TilesError::Absent) => return Ok(None),
        Err(TilesError::Behind { .. }) => return Ok(Some(report)),
        Err(TilesError::Damaged { name }) => {
            report.damaged.insert(name);
            return Ok(Some(report));
        }
        Err(TilesError::NotOfThisLog) => return Ok(Some(TilesReport { of_other_log: true, ..report })),
        Err(
            other @ (TilesError::RootDiffers
            | TilesError::Beyond { .. }
            | TilesError::Write { .. }
            | TilesError::Log(_)),
        ) => {
            return Err(other);
        }
    };
    report.entries = tiles.stored;
    for level in (0..tiles.edge.len()).rev() {
        for index in 0..hashes_at(level, tiles.stored) / WIDTH as u64 {
            if let Err(TilesError::Damaged { name }) = tiles.tile(level, index) {
                report.damaged.insert(name);
            }
        }
    }
    Ok(Some(report))
}
