//! The names in the ledger that a half-typed command is about. A shell waits for them, so a long log of which no standing
//! is kept is left alone, and whatever is wrong is passed over in silence.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger_core::resolve::Question;
use ledger_store::reading::Reading;
use ledger_store::{FileLog, Log, RealDisk, Snapshots};

use crate::app::StorePlace;
use crate::config::Settings;

/// As many entries are folded while somebody waits.
const ENTRIES_MAX: u64 = 20_000;

/// Names, in the order of the alphabet.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) wallets: Vec<String>,
    pub(super) facilities: Vec<String>,
    pub(super) books: Vec<String>,
    /// Accounts that were posted to, with what they are called.
    pub(super) accounts: BTreeMap<String, String>,
}

impl Names {
    /// Those of the ledger that the half-typed command names, else of the one that is set.
    pub(super) fn of_ledger() -> Option<Names> {
        let StorePlace::Directory(path) = Settings::store(flag()).ok()? else { return None };
        let disk = Arc::new(RealDisk::at(&path));
        let log = FileLog::open_read_only(Arc::clone(&disk) as Arc<_>).ok()?;
        let snapshots = Snapshots::on(disk);
        let left = log.head().size - snapshots.latest_known(&log).unwrap_or(0).min(log.head().size);
        if left > ENTRIES_MAX {
            return None;
        }
        let reading = Reading::open(log, snapshots).ok()?;
        let fold = reading.standing(&Question::default()).ok()?.fold;
        let world = fold.world();
        let mut names = Names {
            wallets: world.wallets().map(|wallet| wallet.wallet.to_string()).collect(),
            facilities: world.facilities().map(|facility| facility.terms.facility.to_string()).collect(),
            books: world.books().map(|book| book.book.to_string()).collect(),
            accounts: BTreeMap::new(),
        };
        names.wallets.sort_unstable();
        names.facilities.sort_unstable();
        for declared in world.books() {
            for (target, _) in fold.book(declared.book).ok()?.balances() {
                let name = world.account(target.account).map_or("", |info| info.name);
                names.accounts.insert(target.account.to_string(), name.to_owned());
            }
        }
        Some(names)
    }
}

/// The store that the half-typed command names.
fn flag() -> Option<StorePlace> {
    let mut words = std::env::args();
    while let Some(word) = words.next() {
        let named = match word.strip_prefix("--store") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(named) = named {
            return named.parse().ok();
        }
    }
    None
}
