//! What others stated of our accounts, how that compared with the books, and who answered for it, as declared. It changes
//! nothing in the world; it is kept so that an answer is given to something, and by another person.

use std::fmt;

use super::World;
use crate::event::books::{Break, BreakExplained, Part, ReconciliationRun, StatementRecorded, Subject};
use crate::event::{Event, ReconciliationSignedOff};
use crate::ids::{BreakId, Commodity, Place};
use crate::tracked::Tracked;

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place, self.part) {
            (Place::Wallet(wallet), _) => write!(f, "{wallet} {}", self.commodity),
            (Place::Facility(facility), None) => write!(f, "{facility} {}", self.commodity),
            (Place::Facility(facility), Some(part)) => write!(f, "{facility} {part} {}", self.commodity),
        }
    }
}

/// Statements, runs, explanations and signatures, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Reconciled {
    /// By the entry's number, then one after the other.
    statements: Tracked<(u64, usize), StatementRecorded>,
    /// Statements whose place another took, with the entry of that.
    replaced: Tracked<(u64, usize), u64>,
    runs: Tracked<u64, ReconciliationRun>,
    /// The last run of each account.
    last: Tracked<(Place, Commodity, Option<Part>), u64>,
    explained: Tracked<BreakId, (u64, BreakExplained)>,
    signed: Tracked<u64, u64>,
}

impl Reconciled {
    pub(super) fn commit(&mut self) {
        self.statements.commit();
        self.replaced.commit();
        self.runs.commit();
        self.last.commit();
        self.explained.commit();
        self.signed.commit();
    }

    pub(super) fn rollback(&mut self) {
        self.statements.rollback();
        self.replaced.rollback();
        self.runs.rollback();
        self.last.rollback();
        self.explained.rollback();
        self.signed.rollback();
    }
}

impl World {
    pub(super) fn take_in_reconciliation(&mut self, number: u64, event: &Event) {
        let kept = &mut self.reconciled;
        if let Event::StatementRecorded(e) = event {
            let nth = kept.statements.range((number, 0)..=(number, usize::MAX)).count();
            if let Some(first) = e.replaces {
                let after = kept.statements.range((first, 0)..(number, nth));
                // A block that is gone takes those after it along; each document is one for itself.
                let goes = |number: u64| e.chain.is_some() || number == first;
                let same = after.filter(|((number, _), of)| {
                    goes(*number) && of.account == e.account && of.source == e.source
                });
                for at in same.map(|(at, _)| *at).collect::<Vec<_>>() {
                    kept.replaced.set(at, number);
                }
            }
            kept.statements.set((number, nth), e.clone());
        } else if let Event::ReconciliationRun(e) = event {
            kept.runs.set(number, e.clone());
            let Subject { place, commodity, part } = e.account;
            kept.last.set((place, commodity, part), number);
        } else if let Event::BreakExplained(e) = event {
            kept.explained.set(e.r#break, (number, e.clone()));
        } else if let Event::ReconciliationSignedOff(ReconciliationSignedOff { run }) = event {
            kept.signed.set(*run, number);
        }
    }

    /// The statements of an account with the entries that recorded them, by number; those whose place another took are left out.
    pub fn statements<'a>(
        &'a self,
        account: &'a Subject,
    ) -> impl Iterator<Item = (u64, &'a StatementRecorded)> {
        let replaced = &self.reconciled.replaced;
        let all = self.reconciled.statements.iter().filter(|(at, _)| replaced.get(at).is_none());
        let all = all.map(|((number, _), stated)| (*number, stated));
        all.filter(move |(_, stated)| stated.account == *account)
    }

    /// A run, by the entry that recorded it.
    #[must_use]
    pub fn run(&self, number: u64) -> Option<&ReconciliationRun> {
        self.reconciled.runs.get(&number)
    }

    /// The last run of each account, with its entry.
    pub fn last_runs(&self) -> impl Iterator<Item = (u64, &ReconciliationRun)> {
        let last = self.reconciled.last.iter();
        last.filter_map(|(_, number)| self.run(*number).map(|run| (*number, run)))
    }

    /// The last run of an account, with its entry.
    #[must_use]
    pub fn last_run(&self, account: &Subject) -> Option<(u64, &ReconciliationRun)> {
        self.last_runs().find(|(_, run)| run.account == *account)
    }

    /// The explanation of a break given last, with its entry.
    #[must_use]
    pub fn explanation(&self, name: BreakId) -> Option<(u64, &BreakExplained)> {
        self.reconciled.explained.get(&name).map(|(number, explained)| (*number, explained))
    }

    /// Whether any run has found a break of this name.
    #[must_use]
    pub fn has_break(&self, name: BreakId) -> bool {
        let all = self.reconciled.runs.iter();
        all.rev().any(|(_, run)| run.breaks.iter().any(|found| found.name == name))
    }

    /// The entry that signed off a run.
    #[must_use]
    pub fn signed_off(&self, run: u64) -> Option<u64> {
        self.reconciled.signed.get(&run).copied()
    }

    /// Whether somebody answers for a break: it is timing by rule, or a person said what it is.
    #[must_use]
    pub fn answers_for(&self, found: &Break) -> bool {
        found.found.is_timing() || self.explanation(found.name).is_some()
    }
}
