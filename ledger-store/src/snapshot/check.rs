//! The standings and outlines that are kept, held against what the entries give. Whoever folds a whole log shows each
//! standing on the way, so that one pass serves most of what is kept; the rest, which later entries went before, is
//! folded again as it was known then. Nothing is removed.

use ledger_core::fold::Fold;
use ledger_core::replay::{Course, Standing};
use ledger_core::resolve::{Beside, Outline, Question};

use std::ops::ControlFlow;

use super::name::Name;
use super::shelves::path_of_outline;
use super::{Snapshots, file};
use crate::archive::{LogArchive, decode};
use crate::log::Log;
use crate::reading::take_unseen;

/// What is wrong with a snapshot. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotDefect {
    /// Its bytes are not as written, or it is of another log. Nobody uses it.
    Damaged,
    /// It is whole, and not what the entries give: figures that came from it are wrong.
    Differs,
}

impl SnapshotDefect {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Damaged => "snapshot_damaged",
            Self::Differs => "snapshot_differs",
        }
    }

    /// What it means, in a sentence without a full stop.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Damaged => "a snapshot is not as written; it is not used, and can be deleted",
            Self::Differs => {
                "a snapshot is not what the entries give: delete it, and make anew what was read from it"
            }
        }
    }
}

/// A snapshot with which something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFinding {
    /// What is wrong.
    pub defect: SnapshotDefect,
    /// The file, below the store's directory.
    pub file: String,
    /// The last entry that it knows.
    pub known: u64,
}

/// The snapshots of a log while they are held against its entries.
pub struct Rederived<'s, L: ?Sized> {
    snapshots: &'s Snapshots,
    log: &'s L,
    /// Those not yet come to, by place.
    left: Vec<Name>,
    checked: usize,
    findings: Vec<SnapshotFinding>,
}

impl<'s, L: Log + ?Sized> Rederived<'s, L> {
    /// All that are kept for a log by this version.
    pub fn of(snapshots: &'s Snapshots, log: &'s L) -> Self {
        let all = snapshots.shelves().map(|shelves| shelves.latest_first(log.head().size).collect());
        let mut left: Vec<Name> = all.unwrap_or_default();
        left.sort_unstable();
        Self { snapshots, log, left, checked: 0, findings: Vec::new() }
    }

    /// Is shown a standing of the whole log, as it is known now.
    pub fn meet(&mut self, standing: &Standing, outline: &Outline) {
        let place = standing.place;
        let from = self.left.partition_point(|name| name.place() < place);
        let until = self.left.partition_point(|name| name.place() <= place);
        if from == until {
            return;
        }
        let zone = outline.zone();
        let stands = |name: &Name| name.standing().serves(outline, &Question::default(), zone);
        let (met, later): (Vec<Name>, Vec<Name>) = self.left.drain(from..until).partition(stands);
        self.left.splice(from..from, later);
        met.iter().for_each(|name| self.compare(name, Some(&standing.fold)));
    }

    /// Folds anew what was not met, and the outlines; how many snapshots were checked, and what is wrong with them.
    pub fn finish(mut self, outline: &Outline) -> (usize, Vec<SnapshotFinding>) {
        for name in std::mem::take(&mut self.left) {
            let question = Question { as_known: Some(name.known), through: Some(name.place()), as_of: None };
            let archive = LogArchive(self.log);
            let course = Course { archive: &archive, outline, question };
            let mut there = None;
            let mut mark = |standing: &Standing| {
                if standing.place == name.place() {
                    there = Some(standing.fold.clone());
                }
            };
            let reached = course.run(course.start(), &mut take_unseen, &mut mark).ok();
            let ends_there = reached.filter(|reached| reached.place == name.place());
            let fold = there.or(ends_there.map(|reached| reached.fold));
            self.compare(&name, fold.as_ref());
        }
        self.outlines();
        (self.checked, self.findings)
    }

    fn compare(&mut self, name: &Name, fold: Option<&Fold>) {
        let Some(shelves) = self.snapshots.shelves() else { return };
        let path = shelves.path(name);
        let right = fold.and_then(file::pack);
        let stated = file::read(shelves.disk, &path, self.log, name.known);
        self.judge(path, name.known, stated, right);
    }

    fn outlines(&mut self) {
        let Some(shelves) = self.snapshots.shelves() else { return };
        let sizes: Vec<u64> = shelves.outlines().filter(|size| *size <= self.log.head().size).collect();
        for size in sizes {
            let path = path_of_outline(size);
            let stated = file::read(shelves.disk, &path, self.log, size);
            let right = self.outline_at(size).as_ref().and_then(file::pack_outline);
            self.judge(path, size, stated, right);
        }
    }

    fn outline_at(&self, size: u64) -> Option<Outline> {
        let (mut outline, mut failed) = (Outline::default(), false);
        let read = self.log.read(1..size + 1, &mut |record| {
            let Beside { order, declares } = Beside::from_number(record.order);
            match declares.then(|| decode(&record)).transpose() {
                Ok(declaring) => {
                    outline.see(order, declaring.as_ref().map(|declaring| &declaring.entry));
                }
                Err(_) => failed = true,
            }
            if failed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (read.is_ok() && !failed).then_some(outline)
    }

    fn judge(&mut self, file: String, known: u64, stated: Option<Vec<u8>>, right: Option<Vec<u8>>) {
        self.checked += 1;
        let defect = match stated {
            None => SnapshotDefect::Damaged,
            Some(_) if stated != right => SnapshotDefect::Differs,
            Some(_) => return,
        };
        self.findings.push(SnapshotFinding { defect, file, known });
    }
}
