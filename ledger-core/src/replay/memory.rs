//! A log that is held in memory: an archive like any other, for small logs and tests.

use std::convert::Infallible;
use std::ops::{ControlFlow, Range};

use super::{Archive, CannotFold, Course, Step};
use crate::event::Event;
use crate::fold::Fold;
use crate::resolve::{Beside, Outline, Proposals, Question, Recorded};
use crate::time::{OrderKey, Zone};

impl Archive for [Recorded] {
    type Error = Infallible;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), Infallible> {
        let zone = zone_of(self);
        let skipped = usize::try_from(numbers.start.saturating_sub(1)).unwrap_or(usize::MAX);
        for recorded in self.iter().skip(skipped).take_while(|recorded| recorded.number < numbers.end) {
            if visit(recorded, order_of(self, recorded, zone)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl From<Infallible> for CannotFold {
    fn from(never: Infallible) -> CannotFold {
        match never {}
    }
}

impl Outline {
    /// The outline of a log in memory.
    #[must_use]
    pub fn of(log: &[Recorded]) -> Outline {
        let zone = zone_of(log);
        let mut outline = Outline::default();
        for recorded in log {
            let Beside { order, .. } = outline.beside(&recorded.entry, zone);
            outline.see(order, Some(&recorded.entry));
        }
        outline
    }
}

/// The place of an entry: of an approval that posts a proposal, that of what was proposed.
fn order_of(log: &[Recorded], recorded: &Recorded, zone: Zone) -> OrderKey {
    if recorded.entry.approved().is_none() {
        return recorded.entry.order(zone);
    }
    let mut proposals = Proposals::default();
    for before in log.iter().take_while(|before| before.number < recorded.number) {
        proposals.see(before.number, &before.entry);
    }
    proposals.posts(&recorded.entry).map_or(&recorded.entry, |posted| posted.payload()).order(zone)
}

fn zone_of(log: &[Recorded]) -> Zone {
    match log.first().and_then(|first| first.entry.events.first()) {
        Some(Event::LedgerOpened(opened)) => opened.time_zone,
        Some(_) | None => Zone::UTC,
    }
}

/// Folds the entries that answer a question, showing every step. Declarations known by then hold from the start.
///
/// # Errors
/// [`CannotFold`] names the first entry that does not stand.
pub fn replay(
    log: &[Recorded],
    question: &Question,
    mut on_step: impl FnMut(&Step<'_>),
) -> Result<Fold, CannotFold> {
    let outline = Outline::of(log);
    let course = Course { archive: log, outline: &outline, question: *question };
    let standing = course.show::<CannotFold>(course.start(), None, &mut on_step, &mut |_| ())?;
    Ok(standing.fold)
}
