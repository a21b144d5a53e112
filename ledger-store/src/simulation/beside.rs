//! What lies beside the log in a history: tiles, which are a cache, and blobs, which are kept like entries.

use super::history::History;
use super::tally::Met;
use super::{Broken, Promise};
use crate::blobs::{self, BlobName};
use crate::fault::random::Random;
use crate::log::Log;
use crate::tiles;

/// Tiles are written, the machine perhaps stopping on the way; then the root of an earlier size is asked of whatever
/// is there.
pub(super) fn write_and_ask_tiles(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.stop_perhaps(random);
    if let Ok(reader) = history.engine.reader() {
        // What cannot be written is missing, as any cache may be.
        let _perhaps = tiles::catch_up(history.disk(), &reader);
    }
    history.end_if_stopped(Met::StopsInTiles, random);
    let reader = history.engine.reader().map_err(|error| Broken::alarm("a reader cannot open", &error))?;
    let size = reader.head().size;
    if size == 0 {
        return Ok(());
    }
    let asked = 1 + random.below(size);
    let told = tiles::kept_root_at(history.disk(), &reader, asked)
        .map_err(|error| Broken::alarm("the root of an earlier size", &error))?;
    history.tally.count(Met::TilesAsked);
    if told == history.model.root_at(asked) {
        Ok(())
    } else {
        Err(Broken::new(Promise::NothingChanged, format!("at {asked} entries the tree had another root")))
    }
}

/// A blob is put, the machine perhaps stopping on the way; then one that was acknowledged is read.
pub(super) fn put_and_get_blobs(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    let seed = random.below(40);
    let content: Vec<u8> = (0..random.below(3_000)).map(|at| (at * 7 + seed) as u8).collect();
    history.stop_perhaps(random);
    let put = blobs::put(history.disk(), &mut content.as_slice());
    history.end_if_stopped(Met::StopsInBlobs, random);
    if let Ok((name, _)) = put {
        history.blobs.push((name, content));
    }
    let at = random.place(history.blobs.len());
    let Some((name, content)) = history.blobs.get(at) else { return Ok(()) };
    history.tally.count(Met::BlobsRead);
    let lost = |what: &dyn std::fmt::Display| Broken::new(Promise::NothingLost, format!("a blob: {what}"));
    let mut there = Vec::new();
    blobs::get(history.disk(), name, &mut there).map_err(|error| lost(&error))?;
    if there == *content { Ok(()) } else { Err(lost(&"other bytes")) }
}

/// A blob that was acknowledged, and what is in it.
pub(super) type Kept = (BlobName, Vec<u8>);

impl History<'_> {
    /// Lets the machine stop soon, in one case of two.
    fn stop_perhaps(&mut self, random: &mut Random) {
        if random.once_in(2) {
            // Nobody writes while it happens.
            self.log = None;
            self.disk().crash_after(random.below(8));
        }
    }

    fn end_if_stopped(&mut self, met: Met, random: &mut Random) {
        let stopped = self.disk().has_stopped();
        self.calm();
        if stopped {
            self.tally.count(met);
            self.restart(random);
        }
    }
}
