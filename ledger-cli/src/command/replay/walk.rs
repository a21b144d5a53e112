//! A walk through the log in accounting order: each entry with how things stood before and after it. After
//! every entry the balance sheet of every book is checked.

use std::ops::Range;

use ledger_core::exact::Overflow;
use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::{FacilityId, Place as Holder, TransactionId};
use ledger_core::lots::LotChange;
use ledger_core::posting::about;
use ledger_core::replay::{CannotFold, Next, Standing as Reached};
use ledger_core::resolve::{Applied, Outline, Place, Question};
use ledger_core::time::OrderKey;
use ledger_store::ledger::LedgerError;
use ledger_store::supposed::Supposed;
use ledger_store::{FileLog, Reading};

use super::standing::{Standing, lots_agree};
use crate::diagnostic::Failure;

/// After everything.
pub(crate) const END: Place = Place { order: OrderKey::LAST, number: u64::MAX };

/// A log to walk through: as it is, or as it would be had a book made other choices.
pub(crate) trait Walks {
    /// Its outline.
    fn outline(&self) -> &Outline;

    /// The places of entries, by number.
    fn places(&self, numbers: Range<u64>) -> Result<Vec<Place>, Failure>;

    /// Gives each entry and arrival from a place on to `visit`; entries also from earlier.
    fn walk(&self, question: &Question, from: Place, visit: &mut Visit<'_>) -> Result<Reached, NotWalked>;
}

/// Takes what comes next into the fold.
pub(crate) type Visit<'v> = dyn FnMut(&mut Fold, &Next<'_>) -> Result<(), NotWalked> + 'v;

/// Why a walk did not come to its end.
#[derive(Debug)]
pub(crate) enum NotWalked {
    /// An entry does not fold: damage, or an answer where something is supposed.
    CannotFold(CannotFold),
    /// Anything else.
    Failed(Failure),
}

impl From<CannotFold> for NotWalked {
    fn from(why: CannotFold) -> NotWalked {
        NotWalked::CannotFold(why)
    }
}

impl From<LedgerError> for NotWalked {
    fn from(why: LedgerError) -> NotWalked {
        if let LedgerError::CannotFold(why) = why {
            NotWalked::CannotFold(why)
        } else {
            NotWalked::Failed(why.into())
        }
    }
}

impl From<Failure> for NotWalked {
    fn from(why: Failure) -> NotWalked {
        NotWalked::Failed(why)
    }
}

impl From<Overflow> for NotWalked {
    fn from(why: Overflow) -> NotWalked {
        NotWalked::Failed(why.into())
    }
}

impl From<NotWalked> for Failure {
    fn from(why: NotWalked) -> Failure {
        match why {
            NotWalked::CannotFold(why) => why.into(),
            NotWalked::Failed(why) => why,
        }
    }
}

impl Walks for Reading<FileLog> {
    fn outline(&self) -> &Outline {
        Reading::outline(self)
    }

    fn places(&self, numbers: Range<u64>) -> Result<Vec<Place>, Failure> {
        Ok(Reading::places(self, numbers)?)
    }

    fn walk(&self, question: &Question, from: Place, visit: &mut Visit<'_>) -> Result<Reached, NotWalked> {
        Reading::walk(self, question, from, visit)
    }
}

impl Walks for Supposed<'_, FileLog> {
    fn outline(&self) -> &Outline {
        Supposed::outline(self)
    }

    fn places(&self, numbers: Range<u64>) -> Result<Vec<Place>, Failure> {
        Ok(Supposed::places(self, numbers)?)
    }

    fn walk(&self, question: &Question, from: Place, visit: &mut Visit<'_>) -> Result<Reached, NotWalked> {
        Supposed::walk(self, question, from, visit)
    }
}

/// Which entries are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection {
    /// Those of a transaction.
    Transaction(TransactionId),
    /// Those that touch a facility.
    Facility(FacilityId),
    /// Those with numbers from the first to the last.
    Numbers(u64, u64),
}

/// An entry in its place.
pub(crate) struct Step<'a> {
    /// The entry.
    pub(crate) applied: Applied<'a>,
    /// Whether coins arrive that the entry sent earlier; it stands without its events then.
    pub(crate) is_arrival: bool,
    /// What it posted, by event and book.
    pub(crate) posted: Vec<Posted>,
    /// How things stood before.
    pub(crate) before: Standing,
    /// How they stand after.
    pub(crate) after: Standing,
}

/// What a walk came to.
pub(crate) struct Walked {
    /// The places of the first and last entry shown.
    pub(crate) shown: Option<(Place, Place)>,
    /// World and books at the end.
    pub(crate) fold: Fold,
}

/// Walks through the entries that answer a question and shows those selected. Begins at the first of them where it
/// is known which that is.
pub(crate) fn walk(
    log: &dyn Walks,
    question: &Question,
    selection: &Selection,
    within: Option<(Place, Place)>,
    mut show: impl FnMut(&Step<'_>, &Fold) -> Result<(), Failure>,
) -> Result<Walked, NotWalked> {
    let zone = log.outline().zone();
    let (first, last) = within.map_or_else(|| selection.bounds(log), Ok)?;
    // Where all is asked for, coins still on their way at the last entry stay there.
    let ends = Some(last).filter(|last| *last < END);
    let question = Question { through: ends.or(question.through), ..*question };
    let mut shown = None;
    let standing = log.walk(&question, first, &mut |fold, next| {
        let (applied, is_arrival) = (next.applied(), matches!(next, Next::Arrival(_)));
        // How things stood before matters for what is shown only. Prices count as they were known then.
        let before = if is_arrival || selection.may_take(applied) {
            let known = Applied { number: applied.number.saturating_sub(u64::from(!is_arrival)), ..*applied };
            Some(Standing::of(fold, Some(&known.moment(0, zone)))?)
        } else {
            None
        };
        let posted = next.take(fold)?;
        let Some(before) = before else { return Ok(()) };
        let after = Standing::of(fold, Some(&applied.moment(0, zone)))?;
        for (book, sums) in &after.sums {
            if !sums.balance()? {
                let number = applied.number;
                return Err(Failure::Bug(format!("book {book} does not balance after entry {number}")).into());
            }
        }
        let step = Step { applied: *applied, is_arrival, posted, before, after };
        if selection.takes(&step) {
            for book in fold.books() {
                if !lots_agree(book)? {
                    let (book, number) = (book.name(), applied.number);
                    let message = format!(
                        "the lots of book {book} are not the coins on its accounts after entry {number}"
                    );
                    return Err(Failure::Bug(message).into());
                }
            }
            let place = applied.place();
            shown = Some((shown.map_or(place, |(first, _)| first), place));
            show(&step, fold)?;
        }
        Ok(())
    })?;
    Ok(Walked { shown, fold: standing.fold })
}

impl Selection {
    /// What is replayed, in words.
    pub(crate) fn title(&self) -> String {
        match self {
            Selection::Transaction(name) => format!("Replay of {name}"),
            Selection::Facility(facility) => format!("Replay of facility {facility}"),
            Selection::Numbers(first, last) if first == last => format!("Replay of entry {first}"),
            Selection::Numbers(first, last) => format!("Replay of entries {first} to {last}"),
        }
    }

    /// The first and last place where its entries can stand.
    pub(crate) fn bounds(&self, log: &dyn Walks) -> Result<(Place, Place), Failure> {
        let whole = (Place::START, END);
        Ok(match self {
            Selection::Transaction(_) | Selection::Facility(_) => whole,
            Selection::Numbers(first, last) => {
                let places = log.places(*first..last.saturating_add(1))?;
                let last =
                    if *last >= log.outline().size() { Some(END) } else { places.iter().max().copied() };
                places.iter().min().copied().zip(last).unwrap_or(whole)
            }
        })
    }

    /// Whether an entry can be one of them, as far as can be said before it is applied.
    fn may_take(&self, applied: &Applied<'_>) -> bool {
        match self {
            Selection::Transaction(name) => applied.entry.transaction == Some(*name),
            Selection::Numbers(first, last) => (first..=last).contains(&&applied.number),
            Selection::Facility(_) => true,
        }
    }

    fn takes(&self, step: &Step<'_>) -> bool {
        match self {
            Selection::Facility(facility) => step.touches(*facility),
            // What arrives between entries shown is shown.
            Selection::Numbers(..) if step.is_arrival => true,
            Selection::Transaction(_) | Selection::Numbers(..) => self.may_take(&step.applied),
        }
    }
}

impl Step<'_> {
    /// Whether it changes a facility or its loan to value, or coins that lie with its lender, or is about it.
    pub(crate) fn touches(&self, facility: FacilityId) -> bool {
        // The whole debt, so that a price which moves the loan to value counts too.
        let state = |standing: &Standing| standing.debts.get(&facility).cloned();
        let there = Holder::Facility(facility);
        let units = |standing: &Standing| {
            let there = standing.units.iter().filter(|((place, _), _)| *place == there);
            there.map(|(_, units)| *units).collect::<Vec<_>>()
        };
        let moved = |change: &LotChange| change.position().place == there;
        let told = || self.applied.entry.events.iter().any(|event| about(event).facility == Some(facility));
        let lots = || self.posted.iter().any(|posted| posted.lots.iter().any(moved));
        state(&self.before) != state(&self.after)
            || units(&self.before) != units(&self.after)
            || told()
            || lots()
    }
}
