//! What a log means, wherever its bytes lie: the passes that need nothing but its entries, for whoever checks them in a pack.

use ledger_store::{Log, LogId};

use super::log::Entries;
use super::{Pass, books, closes, seals, signatures};

/// The passes over books, closed periods, seals and signatures of a log whose entries are all there and in order. The
/// signatures are over this id of the log.
pub(crate) fn passes(log: &dyn Log, log_id: LogId) -> Vec<Pass> {
    let entries = Entries::of(log);
    let outline = entries.outline();
    let mut passes = Vec::new();
    books::check(books::fold(&entries, &mut |_| ()), true, &mut passes);
    closes::check(closes::judge(log, &outline), true, &mut passes);
    seals::check(seals::derive(&entries), true, &mut passes);
    signatures::check(signatures::judge(log, log_id), true, &mut passes);
    passes
}
