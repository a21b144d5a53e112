//! The seals of closed periods, worked out again from the log as it was known before each close.

use std::convert::Infallible;

use ledger_core::closing::{Unmet, seal, unmet};
use ledger_core::event::{Event, PeriodClosed};
use ledger_core::fold::Fold;
use ledger_core::replay::{Course, Standing};
use ledger_core::resolve::{Applied, Question};

use super::log::Entries;
use super::{Finding, Pass};

const SEALS: &str = "seals of closed periods";

/// What the seals came to.
pub(super) struct Derived {
    seals: usize,
    findings: Vec<Finding>,
}

/// Works every seal out again. Each close goes on from the standing of the one before where that serves, so that all of
/// them together take one pass over a log that was closed in order.
pub(super) fn derive(entries: &Entries<'_>) -> Derived {
    let outline = entries.outline();
    let zone = outline.zone();
    let mut derived = Derived { seals: 0, findings: Vec::new() };
    let mut before = Standing::default();
    for declaring in outline.declaring() {
        for event in &declaring.events {
            let Event::PeriodClosed(closed) = event else { continue };
            let (as_of, as_known) = (Some(closed.through), Some(declaring.number - 1));
            let question = Question { as_of, as_known, through: None };
            let course = Course { archive: entries, outline: &outline, question };
            let serves = before.serves(&outline, &question, zone);
            let start = course.declared(if serves { before } else { Standing::default() });
            // An entry that does not fold is found by the pass over the books.
            let mut apply = |fold: &mut Fold, applied: &Applied<'_>| {
                let _found_elsewhere = fold.apply_unseen(applied);
                Ok::<(), Infallible>(())
            };
            before = match course.run(start, &mut apply, &mut |_| ()) {
                Ok(standing) => standing,
                Err(never) => match never {},
            };
            derived.seals += closed.seals.len();
            derived.findings.extend(differences(&before.fold, closed, declaring.number));
        }
    }
    derived
}

fn differences(fold: &Fold, closed: &PeriodClosed, number: u64) -> Vec<Finding> {
    let through = closed.through;
    let differs = |stated: &ledger_core::event::books::Seal| {
        let book = stated.book;
        let found = match seal(fold, book, through) {
            Ok(right) if right == *stated => return None,
            Ok(right) => format!("the books give {} under rules {}", right.hash, right.rules),
            Err(why) => format!("it cannot be worked out: {why}"),
        };
        let message = format!(
            "the seal of {book} through {through} is {} under rules {}, and {found}",
            stated.hash, stated.rules
        );
        Some(Finding::of("seal_differs", message).at(number))
    };
    let mut findings: Vec<Finding> = closed.seals.iter().filter_map(differs).collect();
    for book in fold.world().named_or_all(closed.book) {
        let missing = fold.book(book).ok().and_then(|of| unmet(fold, of, closed.from, through).ok());
        let waived = |unmet: &Unmet| closed.waivers.iter().any(|waiver| waiver.check == unmet.check);
        for unmet in missing.into_iter().flatten().filter(|unmet| !waived(unmet)) {
            let message = format!(
                "{book} was closed through {through} and was not ready: {} ({})",
                unmet.what, unmet.check
            );
            findings.push(Finding::of("close_not_ready", message).at(number));
        }
        if !closed.seals.iter().any(|seal| seal.book == book) {
            let message = format!("{book} was closed through {through} without a seal");
            findings.push(Finding::of("seal_absent", message).at(number));
        }
    }
    findings
}

/// The pass over the seals, if there are any; it says nothing where the log is damaged.
pub(super) fn check(derived: Derived, sound: bool, passes: &mut Vec<Pass>) {
    let Derived { seals, findings } = derived;
    if seals == 0 {
        return;
    }
    passes.push(if sound { Pass::of(SEALS, seals, "seals", findings) } else { Pass::not_checked(SEALS) });
}
